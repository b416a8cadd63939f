using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types;

/// <summary>A leaf type that writes values of one CLR type without boxing.</summary>
internal interface ILeafWriter<in T>
{
    /// <summary>False, with nothing written, when the type cannot represent the value.</summary>
    bool TryWrite(Utf8JsonBuffer output, T value);
}
