using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A scalar of which only the name is known: it takes and gives what <see cref="JsonScalar"/> does.</summary>
public sealed class AnyScalar(string name) : ScalarType(name)
{
    public override bool TryWrite(Utf8JsonBuffer output, object value) => JsonScalar.Instance.TryWrite(output, value);

    public override bool TryParseLiteral(ValueNode literal, [NotNullWhen(true)] out object? value, out string? error) =>
        JsonScalar.Instance.TryParseLiteral(literal, out value, out error);

    public override bool TryParseValue(JsonElement json, [NotNullWhen(true)] out object? value, out string? error) =>
        JsonScalar.Instance.TryParseValue(json, out value, out error);
}
