package consumer;

import io.hourglass.engine.Network;

/** Names a class that is not exported. */
public class Consumer {
    Network network;
}
