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
COPY --from=build /drumbeat /drumbeat
COPY --from=build --chown=nonroot:nonroot /data /data
USER nonroot:nonroot
VOLUME /data
# drumbeat.yaml and the store live there.
WORKDIR /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/drumbeat", "healthcheck"]
ENTRYPOINT ["/drumbeat"]
CMD ["serve"]
