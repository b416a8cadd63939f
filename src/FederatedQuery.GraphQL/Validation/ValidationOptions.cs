namespace FederatedQuery.GraphQL.Validation;

/// <summary>What a <see cref="DocumentValidator"/> checks beside the rules of the specification.</summary>
public sealed class ValidationOptions
{
    /// <summary>A document over one of these is refused before the rules of the specification are asked.</summary>
    public OperationLimits Limits { get; init; } = new();

    /// <summary>False refuses <c>__schema</c> and <c>__type</c>. Default true.</summary>
    public bool AllowIntrospection { get; init; } = true;

    /// <summary>False leaves "Did you mean ...?", which tells names of the schema, out of messages. Default true.</summary>
    public bool AllowSuggestions { get; init; } = true;

    /// <summary>Errors after which validation stops. Default 100.</summary>
    public int MaxErrors { get; init; } = 100;
}
