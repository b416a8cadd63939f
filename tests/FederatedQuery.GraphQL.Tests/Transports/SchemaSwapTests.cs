using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Tests.Transports;

/// <summary>A schema takes the place of another while requests run.</summary>
public sealed class SchemaSwapTests : IAsyncLifetime
{
    private WebApplication? _app;

    private HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    private GraphQLServer Server => _app!.Services.GetRequiredService<GraphQLServer>();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddGraphQLServer();
        _app = builder.Build();
        Server.Replace(CreateSchema("one"));
        _app.MapGraphQL();
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
    }

    [Fact]
    public async Task Replace_WhileRequestsRun_EveryAnswerIsOfOneSchema()
    {
        using var done = new CancellationTokenSource();
        var swaps = 0;
        var swapping = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                Server.Replace(CreateSchema(swaps++ % 2 == 0 ? "two" : "one"));
                await Task.Yield();
            }
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AskAsync(100)));
        await done.CancelAsync();
        await swapping;

        var all = answers.SelectMany(each => each).ToArray();
        Assert.All(all, answer => Assert.True(answer is AnswerOfOne or AnswerOfTwo, answer));
        Assert.Contains(AnswerOfOne, all);
        Assert.Contains(AnswerOfTwo, all);
        Assert.True(swaps > 10, $"{swaps} swaps.");
    }

    [Fact]
    public async Task Replace_OldSchema_IsFreedWithItsCaches()
    {
        var old = await UseAndReplaceAsync();

        for (var i = 0; i < 20 && old.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await AskAsync(1);
        }

        Assert.False(old.IsAlive);
    }

    private const string AnswerOfOne = """{"data":{"a":"one","kind":{"kind":"OBJECT"},"list":[{"b":"one"},{"b":"one"}],"c":"one","__schema":{"description":"one"}}}""";

    private const string AnswerOfTwo = """{"data":{"a":"two","kind":{"kind":"OBJECT"},"list":[{"b":"two"},{"b":"two"}],"c":"two","__schema":{"description":"two"}}}""";

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> UseAndReplaceAsync()
    {
        var schema = CreateSchema("old");
        Server.Replace(schema);
        Assert.Contains("old", (await AskAsync(1))[0], StringComparison.Ordinal);
        var reference = new WeakReference(schema);
        Server.Replace(CreateSchema("one"));
        return reference;
    }

    private async Task<string[]> AskAsync(int times)
    {
        var answers = new string[times];
        for (var i = 0; i < times; i++)
        {
            using var response = await Client.PostAsJsonAsync("/graphql", new { query = """{ a kind: __type(name: "Item") { kind } list { b } c __schema { description } }""" });
            answers[i] = await response.Content.ReadAsStringAsync();
        }

        return answers;
    }

    /// <summary>Every field answers with the schema's name, some at once, some later.</summary>
    private static Schema CreateSchema(string name)
    {
        var item = new ObjectType("Item", () => [Field("b", StringScalar.Instance, name)]);
        return new Schema(new SchemaConfig
        {
            Description = name,
            Query = new ObjectType("Query", () => [Field("a", StringScalar.Instance, name), Field("list", new ListType(item), new object[] { 1, 2 }), Field("c", StringScalar.Instance, name)]),
        });
    }

    private static FieldDefinition Field(string field, GraphQLType type, object value) => new(field, type)
    {
        Resolver = async _ =>
        {
            await Task.Yield();
            return value;
        },
    };
}
