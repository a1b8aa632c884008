# An image with the command line and a Java runtime of its own:
#   docker build -t hourglass .
#   docker run --rm -v "$PWD:/data" --user "$(id -u):$(id -g)" hourglass study --epochs 2
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp -Dquick -Pimage -Dassembly.skipAssembly=false -pl lab -am package

FROM debian:bookworm-slim
# Text in figures needs fonts; HTTPS (fashion-mnist) needs no more than Java's own certificates.
RUN apt-get update \
    && apt-get install -y --no-install-recommends fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 hourglass \
    && install -d -o hourglass -g hourglass /data
COPY --from=build /src/lab/target/quick/image/hourglass /opt/hourglass
RUN ln -s /opt/hourglass/bin/hourglass /usr/local/bin/hourglass
ENV LC_ALL=C.UTF-8
USER hourglass
WORKDIR /data
ENTRYPOINT ["hourglass"]
CMD ["--help"]
