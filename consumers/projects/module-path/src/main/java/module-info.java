module consumer {
    requires io.hourglass;
}
