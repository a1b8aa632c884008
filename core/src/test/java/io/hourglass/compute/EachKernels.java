package io.hourglass.compute;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that the build runs once with each kind of kernels, see the executions of Surefire in the pom. If this
 * machine's vectors are narrower than the requested ones, the tests are skipped with a warning.
 */
@Tag("kernels")
@ExtendWith(EachKernels.Condition.class)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface EachKernels {
    /** Looks at the machine's vectors without touching {@link Kernels#best()}, which would throw. */
    final class Condition implements ExecutionCondition {
        /** Bits of this machine's widest float vectors. */
        static int machineBits() {
            return FloatVector.SPECIES_PREFERRED.vectorBitSize();
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            int asked = Integer.getInteger(KernelChoice.PROPERTY, 0);
            if (asked > machineBits()) {
                String reason = "no kernels of " + asked + " bits here: this machine's vectors have " + machineBits();
                System.getLogger("io.hourglass").log(System.Logger.Level.WARNING, "skipped: " + reason);
                return ConditionEvaluationResult.disabled(reason);
            }
            return ConditionEvaluationResult.enabled("they run on this machine");
        }
    }
}
