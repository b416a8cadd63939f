using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using FederatedQuery.Benchmarks.GraphQL.Schema;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Types.CodeFirst;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>What one request costs without HTTP: a document met before, and its response written.</summary>
[MemoryDiagnoser]
public class RequestExecutorBenchmarks
{
    private readonly RequestExecutor _executor = new(new SchemaBuilder().AddType<CatalogQueries>().AddType<Item>().AddType<Node>().Build());
    private readonly ServiceProvider _services = new ServiceCollection().AddScoped<CatalogQueries>().BuildServiceProvider();
    private readonly PipeWriter _destination = PipeWriter.Create(Stream.Null);

    [Params(
        "{ hello }",
        "{ items(n: 50) { id name price active category stock } }",
        "{ nested { id name children { id name children { id name } } } }")]
    public string Document { get; set; } = "";

    [GlobalCleanup]
    public void Close() => _services.Dispose();

    [Benchmark]
    public async Task ExecuteAsync()
    {
        var request = new OperationRequest(Document) { Services = _services };
        await using var result = (OperationResult)await _executor.ExecuteAsync(request);
        await result.WriteToAsync(_destination, CancellationToken.None);
    }
}
