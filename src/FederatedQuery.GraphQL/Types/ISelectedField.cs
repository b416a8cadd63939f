namespace FederatedQuery.GraphQL.Types;

/// <summary>A field that the request selects. What <c>@skip</c> and <c>@include</c> leave out is not there; what is deferred is.</summary>
public interface ISelectedField
{
    FieldDefinition Definition { get; }

    /// <summary>The name of the field in the response: its alias where it has one.</summary>
    string ResponseKey { get; }

    /// <summary>What is selected right below it, for any type that its value may have; empty for leaves. Worked out when asked for.</summary>
    IEnumerable<ISelectedField> Fields { get; }
}
