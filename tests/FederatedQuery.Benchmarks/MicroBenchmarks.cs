using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace FederatedQuery.Benchmarks;

/// <summary>Runs the BenchmarkDotNet classes of the areas' folders.</summary>
internal static class MicroBenchmarks
{
    /// <summary>
    /// In this process: BenchmarkDotNet's own projects would be built under this repository's rules, warnings as errors included.
    /// </summary>
    public static void Run(string[] arguments) => BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(
        arguments,
        DefaultConfig.Instance.AddJob(Job.Default.WithWarmupCount(5).WithIterationCount(10).WithToolchain(InProcessEmitToolchain.Instance)));
}
