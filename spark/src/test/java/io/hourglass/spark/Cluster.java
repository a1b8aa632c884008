package io.hourglass.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.launcher.JavaModuleOptions;

/** A standalone cluster of processes on this machine: a master and workers with one core each, over loopback. */
final class Cluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    /**
     * Options for a fast start, because several processes share two cores. Without the vector module they use the
     * scalar kernels, which give the same bits.
     */
    private static final List<String> LIGHT = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** A program takes about 20 seconds; the limit allows for a busy machine. */
    private static final int MOST_SECONDS = 600;

    private final Path folder;
    private final int port;
    private final Process master;
    private final List<Process> workers = new ArrayList<>();

    /** Exit code and output of a submitted program. */
    record Outcome(int exit, String output) {}

    /** @param folder empty folder for the cluster's files */
    Cluster(Path folder, int workers) throws IOException, InterruptedException {
        this.folder = folder;
        Files.createDirectory(folder.resolve("jars")); // Spark expects it in SPARK_HOME; the jars are on the class path
        port = freePort();
        master = start(
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                HOST,
                "--port",
                "" + port,
                "--webui-port",
                "0");
        for (int attempt = 0; !listens(); attempt++) {
            if (attempt == 1800 || !master.isAlive()) {
                close();
                throw new IOException(Files.readString(folder.resolve("master.log")));
            }
            Thread.sleep(100);
        }
        for (int w = 0; w < workers; w++) {
            this.workers.add(start(
                    "worker" + w,
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    HOST,
                    "--webui-port",
                    "0",
                    "--cores",
                    "1",
                    "--memory",
                    "1g",
                    "--work-dir",
                    folder.resolve("work" + w).toString(),
                    url()));
        }
    }

    private String url() {
        return "spark://" + HOST + ":" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private ProcessBuilder java(String main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(LIGHT);
        command.addAll(List.of("-Xmx512m", "-cp", CLASS_PATH, main));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("SPARK_HOME", folder.toString());
        environment.put("SPARK_SCALA_VERSION", "2.13"); // otherwise it looks for build folders
        environment.put("SPARK_LOCAL_IP", HOST);
        environment.put("SPARK_LOCAL_DIRS", folder.resolve("tmp").toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private Process start(String name, String main, String... args) throws IOException {
        return java(main, args)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
    }

    /**
     * Runs a program on the cluster like {@code spark-submit}. Waits until it ends, or kills it after {@value
     * #MOST_SECONDS} seconds.
     *
     * @param event receives each line of output immediately; where it returns true, the waiting program continues
     */
    Outcome submit(Class<?> main, List<String> options, Predicate<String> event, String... args)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--master", url(), "--class", main.getName()));
        for (String conf : List.of(
                "spark.driver.host=" + HOST,
                "spark.driver.bindAddress=" + HOST,
                "spark.ui.enabled=false",
                "spark.executor.memory=512m",
                "spark.executor.extraClassPath=" + CLASS_PATH,
                "spark.executor.extraJavaOptions=" + String.join(" ", LIGHT),
                // Wait until all workers have offered their core, so that there is one to lose.
                "spark.cores.max=" + workers.size(),
                "spark.scheduler.minRegisteredResourcesRatio=1.0",
                "spark.scheduler.maxRegisteredResourcesWaitingTime=" + MOST_SECONDS + "s")) {
            all.addAll(List.of("--conf", conf));
        }
        all.addAll(options);
        all.add("spark-internal"); // the program is on the class path already
        all.addAll(List.of(args));
        Process process =
                java(SparkSubmit.class.getName(), all.toArray(String[]::new)).start();
        StringBuilder output = new StringBuilder();
        // This also ends the loop below, which cannot be interrupted.
        CompletableFuture.delayedExecutor(MOST_SECONDS, TimeUnit.SECONDS).execute(() -> kill(process));
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
                Writer input = process.outputWriter(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.append(line).append('\n');
                if (event.test(line)) {
                    input.write("\n");
                    input.flush();
                }
            }
            process.waitFor();
            return new Outcome(process.exitValue(), output + (process.exitValue() == 0 ? "" : logs()));
        } finally {
            kill(process);
        }
    }

    /** The logs of master, workers and executors, which say why a job failed. */
    private String logs() throws IOException {
        StringBuilder logs = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".log") || path.endsWith("stderr"))
                    .toList()) {
                logs.append("== ").append(file).append('\n').append(Files.readString(file));
            }
        }
        return logs.toString();
    }

    /** Simulates the failure of a machine: SIGKILL for a worker and its executors. */
    void kill(int worker) {
        kill(workers.get(worker));
    }

    private static void kill(Process process) {
        try (Stream<ProcessHandle> children = process.descendants()) {
            List<ProcessHandle> all = children.toList();
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void close() {
        workers.forEach(Cluster::kill);
        kill(master);
        workers.forEach(worker -> worker.onExit().join());
        master.onExit().join();
    }
}
