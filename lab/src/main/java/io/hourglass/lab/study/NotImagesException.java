package io.hourglass.lab.study;

import java.io.IOException;

/** A study was asked for convolutional networks, and its rows are not images. The message says so. */
public final class NotImagesException extends IOException {
    private static final long serialVersionUID = 1;

    NotImagesException(String message) {
        super(message);
    }
}
