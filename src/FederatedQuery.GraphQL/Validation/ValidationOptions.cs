namespace FederatedQuery.GraphQL.Validation;

/// <summary>What a <see cref="DocumentValidator"/> checks beside the rules of the specification.</summary>
public sealed class ValidationOptions
{
    /// <summary>Deepest nesting of fields in an operation, fragments followed; introspection fields do not count. Default 50.</summary>
    public int MaxDepth { get; init; } = 50;

    /// <summary>False refuses <c>__schema</c> and <c>__type</c>. Default true.</summary>
    public bool AllowIntrospection { get; init; } = true;

    /// <summary>Errors after which validation stops. Default 100.</summary>
    public int MaxErrors { get; init; } = 100;
}
