// swift-tools-version: 6.3
import PackageDescription

/// The layers, lowest first. A target imports only from the rows below it; `Tests/TidyTests` reads the imports.
///
///     6  lutra                                           argument parsing and wiring
///     5  Node  Console                                   a channel's run; progress display, log lines
///     4  PipelineRuntime  Snapshot  Doctor  BinlogTool   stages and queues; initial load; checks; printing logs
///     3  Capture  Load                                   dump stream; lane and checkpoint
///     2  MySQLClient                                     connections and queries (on libmariadb)
///     1  Specification  Binlog  Plan                     text and bytes to values, no I/O
///     0  Model                                           ids, positions, rows, definitions, errors, limits
///  side  CMariaDB  CISAL  CDeflate  CZstd  CMalloc       C libraries;   TestKit: servers for tests
///        Benchmarks/                                     what `make bench-binlog` runs; no part of the product
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // The row path crosses modules; without this its small functions are calls.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// Rows 0 and 1 read bytes that came from outside: every unsafe construct there must be spelled out.
let pure = common + [.strictMemorySafety()]

let package = Package(
    name: "lutra",
    products: [.executable(name: "lutra", targets: ["lutra"])],
    dependencies: [
        // Command line: subcommands, help texts, completion scripts.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // Log lines with levels and metadata; text or JSON by handler.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        // YAML with line numbers, for specifications.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // libmariadb: handshake, every auth plugin, TLS, compression, raw dump packets.
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        // ISA-L: CRC32 of events. On long ones twice as fast as libdeflate's, on those of small rows by a seventh.
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        // libdeflate: zlib streams of MariaDB's compressed events and columns.
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        // libzstd: TRANSACTION_PAYLOAD events.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // glibc's malloc.h, which Foundation's Glibc leaves out: how memory goes back to the system.
        .systemLibrary(name: "CMalloc"),

        .target(name: "Model", swiftSettings: pure),
        .target(
            name: "Specification", dependencies: ["Model", .product(name: "Yams", package: "Yams")],
            swiftSettings: pure),
        .target(name: "Binlog", dependencies: ["Model", "CISAL", "CDeflate", "CZstd"], swiftSettings: pure),
        .target(name: "Plan", dependencies: ["Model", "Binlog"], swiftSettings: pure),
        .target(name: "MySQLClient", dependencies: ["Model", "CMariaDB"], swiftSettings: common),
        .target(
            name: "Capture",
            dependencies: ["Model", "Binlog", "Plan", "MySQLClient", .product(name: "Logging", package: "swift-log")],
            swiftSettings: common),
        .target(
            name: "Load",
            dependencies: ["Model", "Binlog", "Plan", "MySQLClient", .product(name: "Logging", package: "swift-log")],
            swiftSettings: common),
        .target(
            name: "Snapshot",
            dependencies: [
                "Model", "Binlog", "Plan", "MySQLClient", "Load", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),
        .target(
            name: "Doctor", dependencies: ["Model", "Plan", "MySQLClient", "Specification"],
            swiftSettings: common),
        .target(
            name: "BinlogTool", dependencies: ["Model", "Binlog", "Plan", "MySQLClient", "Capture"],
            swiftSettings: common),
        .target(
            name: "PipelineRuntime",
            dependencies: [
                "Model", "Binlog", "Plan", "MySQLClient", "Capture", "Load", "Specification",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),
        .target(
            name: "Node",
            dependencies: [
                "Model", "Specification", "Plan", "MySQLClient", "Capture", "Load", "Snapshot", "Doctor",
                "PipelineRuntime", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),
        .target(
            name: "Console", dependencies: ["Model", .product(name: "Logging", package: "swift-log")],
            swiftSettings: common),
        .executableTarget(
            name: "lutra",
            dependencies: [
                "Model", "Specification", "Plan", "MySQLClient", "Capture", "Load", "Snapshot", "Doctor",
                "PipelineRuntime", "Node", "Console", "BinlogTool", "CMalloc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),
        .target(name: "TestKit", dependencies: ["Model", "MySQLClient"], swiftSettings: common),

        // Benchmarks are targets of this package, as they call what is `package`. Nothing depends on them.
        .executableTarget(
            name: "bench-binlog",
            dependencies: ["Model", "Binlog", "PipelineRuntime", "CBinlogWalk", "CAllocationCount"],
            path: "Benchmarks/BenchBinlog", swiftSettings: common),
        .executableTarget(
            name: "bench-latency", dependencies: ["Model", "MySQLClient"], path: "Benchmarks/BenchLatency",
            swiftSettings: common),
        .executableTarget(
            name: "bench-statements", dependencies: ["Model", "MySQLClient", "CMariaDB"],
            path: "Benchmarks/BenchStatements", swiftSettings: common),
        .target(name: "CBinlogWalk", dependencies: ["CDeflate"], path: "Benchmarks/CBinlogWalk"),
        .target(name: "CAllocationCount", path: "Benchmarks/CAllocationCount"),

        .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: common),
        .testTarget(name: "SpecificationTests", dependencies: ["Model", "Specification"], swiftSettings: common),
        // Mutated logs through the decoder: `make fuzz`, and a short run in the tests.
        .executableTarget(
            name: "BinlogFuzz", dependencies: ["Model", "Binlog", "Plan", "CDeflate", "CZstd"],
            path: "Tests/BinlogFuzz", swiftSettings: common),
        .testTarget(
            name: "BinlogTests", dependencies: ["Model", "Binlog", "BinlogFuzz", "CAllocationCount"],
            swiftSettings: common),
        .testTarget(name: "PlanTests", dependencies: ["Model", "Binlog", "Plan"], swiftSettings: common),
        .testTarget(name: "BinlogToolTests", dependencies: ["Model", "BinlogTool"], swiftSettings: common),
        .testTarget(name: "ConsoleTests", dependencies: ["Model", "Console"], swiftSettings: common),
        .testTarget(
            name: "PipelineRuntimeTests", dependencies: ["Model", "Plan", "PipelineRuntime"], swiftSettings: common),
        // The pipeline's core under thousands of schedules and faults, with a source and a target that are values.
        .testTarget(
            name: "SimulationTests", dependencies: ["Model", "Binlog", "Plan", "Load", "PipelineRuntime", "TestKit"],
            swiftSettings: common),
        // Reads the sources: layering, sizes, banned words, error codes.
        .testTarget(name: "TidyTests", dependencies: ["Model"], swiftSettings: common),
        // Against real servers, through TestKit.
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Model", "Binlog", "Plan", "MySQLClient", "Capture", "Load", "Snapshot", "Doctor", "PipelineRuntime",
                "TestKit",
            ],
            swiftSettings: common),
        // The lutra executable against real servers: case directories, restarts, bad input.
        .testTarget(
            name: "IntegrationTests", dependencies: ["Model", "MySQLClient", "TestKit", "lutra"],
            swiftSettings: common),
    ]
)
