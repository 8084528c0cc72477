import Console
import Logging
import Model

/// Runs what `lutra sync` was asked to do: the terminal and the signals around the runner.
func runSync(_ request: SyncRequest) throws {
    // The runner of PipelineRuntime is called here once it is there; until then nothing pretends to run.
    throw LutraError(
        .internalFault, "this build has no pipeline runtime", place: ["channel": request.specification.name])
}
