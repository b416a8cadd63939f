using System.Text.Json;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Guards;

/// <summary>A schema whose every field nests further, and requests against it.</summary>
internal static class GuardSchema
{
    private static readonly EnumType Colour = new("Colour", [new("RED"), new("GREEN")]);

    private static readonly InputObjectType Tree = new("Tree", () =>
    [
        new InputValueDefinition("name", StringScalar.Instance),
        new InputValueDefinition("colour", Colour),
        new InputValueDefinition("children", new ListType(new NonNullType(Tree!))),
    ]);

    private static readonly ObjectType Query = new("Query", () =>
    [
        new FieldDefinition("self", Query!) { Resolver = _ => new ValueTask<object?>(new object()) },
        new FieldDefinition("name", StringScalar.Instance) { Resolver = _ => new ValueTask<object?>("n") },
        new FieldDefinition("count", IntScalar.Instance)
        {
            Resolver = _ => new ValueTask<object?>(1),
            Arguments =
            [
                new InputValueDefinition("of", new ListType(new NonNullType(IntScalar.Instance))),
                new InputValueDefinition("tree", Tree),
                new InputValueDefinition("colour", Colour),
            ],
        },
    ]);

    public static Schema Schema { get; } = new(new SchemaConfig
    {
        Query = Query,
        Directives =
        [
            new DirectiveDefinition("note", ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "FRAGMENT_DEFINITION", "QUERY"])
            {
                IsRepeatable = true,
                Arguments = [new InputValueDefinition("text", StringScalar.Instance)],
            },
        ],
    });

    /// <summary>The first error's code, or null for an answer.</summary>
    public static async Task<string?> CodeOfAsync(string document, Action<RequestExecutorOptions>? configure = null, string? variables = null)
    {
        using var response = await ExecuteAsync(document, configure, variables);
        return response.RootElement.TryGetProperty("errors", out var errors)
            ? errors[0].GetProperty("extensions").GetProperty("code").GetString()
            : null;
    }

    public static async Task<string> MessageOfAsync(string document, Action<RequestExecutorOptions>? configure = null, string? variables = null)
    {
        using var response = await ExecuteAsync(document, configure, variables);
        return response.RootElement.GetProperty("errors")[0].GetProperty("message").GetString()!;
    }

    private static async Task<JsonDocument> ExecuteAsync(string document, Action<RequestExecutorOptions>? configure, string? variables)
    {
        var options = new RequestExecutorOptions();
        configure?.Invoke(options);
        return JsonDocument.Parse(await TestSchema.Library.ExecuteAsync(new RequestExecutor(Schema, options), document, variables));
    }
}
