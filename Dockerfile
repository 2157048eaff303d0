# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOCACHE=/go/build
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/go/build \
    go build -trimpath -ldflags='-s -w' -o /drumbeat .
# A new volume takes over the owner of the folder it covers.
RUN mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="Drumbeat" \
      org.opencontainers.image.description="Coordinates incidents in Slack and keeps every promise made to customers" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /drumbeat /drumbeat
COPY --from=build --chown=nonroot:nonroot /data /data
USER nonroot:nonroot
VOLUME /data
# The store lives there (drumbeat.db), and drumbeat.yaml unless DRUMBEAT_CONFIG or --config says otherwise.
WORKDIR /data
EXPOSE 8080
# It asks 127.0.0.1:8080, or DRUMBEAT_URL, whether the store answers.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/drumbeat", "healthcheck"]
ENTRYPOINT ["/drumbeat"]
CMD ["serve"]
