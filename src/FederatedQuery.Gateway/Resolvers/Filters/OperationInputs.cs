using System.Text.Json;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Resolvers.Filters;

/// <summary>Tests of a text; all that are given must hold. Text is compared by code point, case included.</summary>
internal sealed record StringOperationFilterInput
{
    public Optional<IReadOnlyList<StringOperationFilterInput>?> And { get; init; }

    public Optional<IReadOnlyList<StringOperationFilterInput>?> Or { get; init; }

    public Optional<string?> Eq { get; init; }

    public Optional<string?> Neq { get; init; }

    public Optional<IReadOnlyList<string?>?> In { get; init; }

    public Optional<IReadOnlyList<string?>?> Nin { get; init; }

    public Optional<string?> Contains { get; init; }

    public Optional<string?> Ncontains { get; init; }

    public Optional<string?> StartsWith { get; init; }

    public Optional<string?> NstartsWith { get; init; }

    public Optional<string?> EndsWith { get; init; }

    public Optional<string?> NendsWith { get; init; }

    /// <summary>What was given, by its GraphQL name.</summary>
    public IReadOnlyDictionary<string, object?> Operations() => new GivenOperations()
        .Add("and", And, parts => parts?.Select(part => (object?)part.Operations()).ToArray())
        .Add("or", Or, parts => parts?.Select(part => (object?)part.Operations()).ToArray())
        .Add("eq", Eq)
        .Add("neq", Neq)
        .Add("in", In, values => values?.ToArray<object?>())
        .Add("nin", Nin, values => values?.ToArray<object?>())
        .Add("contains", Contains)
        .Add("ncontains", Ncontains)
        .Add("startsWith", StartsWith)
        .Add("nstartsWith", NstartsWith)
        .Add("endsWith", EndsWith)
        .Add("nendsWith", NendsWith);
}

/// <summary>Comparisons of a moment; all that are given must hold.</summary>
internal sealed record DateTimeOperationFilterInput
{
    public Optional<DateTimeOffset?> Eq { get; init; }

    public Optional<DateTimeOffset?> Neq { get; init; }

    public Optional<IReadOnlyList<DateTimeOffset?>?> In { get; init; }

    public Optional<IReadOnlyList<DateTimeOffset?>?> Nin { get; init; }

    public Optional<DateTimeOffset?> Gt { get; init; }

    public Optional<DateTimeOffset?> Gte { get; init; }

    public Optional<DateTimeOffset?> Lt { get; init; }

    public Optional<DateTimeOffset?> Lte { get; init; }

    /// <inheritdoc cref="StringOperationFilterInput.Operations"/>
    public IReadOnlyDictionary<string, object?> Operations() => new GivenOperations()
        .Add("eq", Eq)
        .Add("neq", Neq)
        .Add("in", In, values => values?.Select(value => (object?)value).ToArray())
        .Add("nin", Nin, values => values?.Select(value => (object?)value).ToArray())
        .Add("gt", Gt)
        .Add("gte", Gte)
        .Add("lt", Lt)
        .Add("lte", Lte);
}

/// <summary>What is at a path of a JSON value; one of <see cref="Eq"/> and <see cref="Exists"/> must be given, and all that are must hold.</summary>
/// <param name="Path">As <see cref="Iceberg.Expressions.Texts.JsonPath.Parse"/> reads it.</param>
internal sealed record JsonPathFilterInput(string Path)
{
    public Optional<JsonElement?> Eq { get; init; }

    public Optional<bool?> Exists { get; init; }

    /// <inheritdoc cref="StringOperationFilterInput.Operations"/>
    public IReadOnlyDictionary<string, object?> Operations() =>
        new GivenOperations().Add("path", new Optional<string>(Path)).Add("eq", Eq).Add("exists", Exists);
}

/// <summary>Operations by their GraphQL names, as the compiler of filters takes them.</summary>
internal sealed class GivenOperations : Dictionary<string, object?>
{
    public GivenOperations Add<T>(string name, Optional<T> operation, Func<T, object?>? convert = null)
    {
        if (operation.HasValue)
        {
            this[name] = convert is null ? operation.Value : convert(operation.Value!);
        }

        return this;
    }
}
