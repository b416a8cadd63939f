namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>UTF-8 bytes that are one JSON value already; they go to the response unchecked. They must have no
/// line breaks between tokens where the response is a server-sent event.</summary>
public sealed class RawJson(ReadOnlyMemory<byte> utf8)
{
    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;
}
