package io.hourglass.spark;

import org.apache.spark.sql.SparkSession;

/** One session for all tests, with two threads in this process, because starting one takes seconds. */
final class LocalSpark {
    static final SparkSession SESSION = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            // Spark validates our operators after each of its rules.
            .config("spark.sql.planChangeValidation", "true")
            // Otherwise the number of cores would decide how Spark splits a Parquet folder.
            .config("spark.sql.files.minPartitionNum", "4")
            .getOrCreate();

    private LocalSpark() {}
}
