using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A UUID with hyphens, in lower case.</summary>
public sealed class UuidScalar : TextScalar<Guid>
{
    private UuidScalar()
        : base("UUID", "a UUID such as \"123e4567-e89b-12d3-a456-426614174000\"")
    {
    }

    public static UuidScalar Instance { get; } = new()
    {
        SpecifiedBy = "https://tools.ietf.org/html/rfc4122",
        Description = "A universally unique identifier, such as `123e4567-e89b-12d3-a456-426614174000`.",
    };

    public override bool TryWrite(Utf8JsonBuffer output, Guid value)
    {
        output.WriteQuoted(value, "D");
        return true;
    }

    protected override bool TryParseText(string text, out Guid value) => Guid.TryParseExact(text, "D", out value) || Guid.TryParseExact(text, "N", out value);
}
