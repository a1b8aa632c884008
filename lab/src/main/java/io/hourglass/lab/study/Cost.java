package io.hourglass.lab.study;

/**
 * What a network costs. Its training time is {@link StudyResults.RunResult#trainSeconds}.
 *
 * @param parameters weights and biases
 * @param threads that trained it
 * @param sharedMachine whether other work of the study may have run at the same time on other threads, and slowed it
 *     down
 * @param weightsBytes memory of the weights in training, one float each, with the padding of the kernels
 * @param optimizerBytes memory of what the optimiser remembers of each weight, likewise
 * @param buffersBytes memory of the values and gradients of a mini-batch, and of the block of the weights' gradient
 *     that is computed at a time, on one thread
 * @param modelFileBytes size of the model file
 * @param codeBytesPerRow of a code in 32-bit floats
 */
public record Cost(
        long parameters,
        int threads,
        boolean sharedMachine,
        long weightsBytes,
        long optimizerBytes,
        long buffersBytes,
        long modelFileBytes,
        int codeBytesPerRow) {
    /** Memory of training on one thread, without the rows. */
    public long trainingBytes() {
        return weightsBytes + optimizerBytes + buffersBytes;
    }
}
