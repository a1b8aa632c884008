package io.hourglass.spark;

import org.apache.spark.sql.SparkSession;

/** One session for all tests, on two cores of this process: starting one takes seconds. It ends with the process. */
final class LocalSpark {
    static final SparkSession SESSION = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            // Spark looks at our operators after each of its rules.
            .config("spark.sql.planChangeValidation", "true")
            // Else as many files as there are cores decide how a Parquet folder is cut.
            .config("spark.sql.files.minPartitionNum", "4")
            .getOrCreate();

    private LocalSpark() {}
}
