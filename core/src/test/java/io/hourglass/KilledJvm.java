package io.hourglass;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import java.io.BufferedReader;
import java.util.List;
import java.util.Map;

/**
 * Runs a main method of the tests in a JVM of its own and kills that by SIGKILL at a point of its program, not of time:
 * a debugger's breakpoint stops it there.
 */
final class KilledJvm {
    private KilledJvm() {}

    /**
     * Runs {@code main} until it enters a method for the nth time, and kills it there.
     *
     * @param type the method's class
     * @param time 1 for the first
     * @return the lines it wrote
     */
    static List<String> at(String type, String method, int time, Class<?> main, String... words) throws Exception {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("home").setValue(System.getProperty("java.home"));
        arguments.get("options").setValue("-cp \"" + ChildJvm.classPath() + "\"");
        arguments.get("main").setValue(main.getName() + " \"" + String.join("\" \"", words) + "\"");
        VirtualMachine machine = connector.launch(arguments);
        Process process = machine.process();
        try (BufferedReader lines = process.inputReader()) {
            ClassPrepareRequest loaded = machine.eventRequestManager().createClassPrepareRequest();
            loaded.addClassFilter(type);
            loaded.enable();
            for (boolean there = false; !there; ) {
                EventSet events = machine.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof ClassPrepareEvent prepared) {
                        stopAt(prepared.referenceType(), method, time);
                    } else if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
                        throw new AssertionError("ended before " + type + "." + method + " was entered for time " + time
                                + ": " + lines.lines().toList());
                    }
                    there |= event instanceof BreakpointEvent;
                }
                if (!there) {
                    events.resume();
                }
            }
            process.toHandle().destroyForcibly(); // SIGKILL; the process's own method closes the pipe as well
            process.waitFor();
            return lines.lines().toList(); // what was in the pipe
        } finally {
            process.destroyForcibly();
        }
    }

    private static void stopAt(ReferenceType type, String method, int time) {
        for (Method overload : type.methodsByName(method)) {
            BreakpointRequest stop =
                    type.virtualMachine().eventRequestManager().createBreakpointRequest(overload.location());
            stop.addCountFilter(time);
            stop.enable();
        }
    }
}
