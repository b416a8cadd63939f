namespace FederatedQuery.GraphQL.Types;

public sealed class InputObjectType(string name, Func<IEnumerable<InputValueDefinition>> fields) : NamedType(name)
{
    private readonly Lazy<NamedList<InputValueDefinition>> _fields =
        new(() => new NamedList<InputValueDefinition>(fields(), field => field.Name, $"Input object '{name}'"));

    public NamedList<InputValueDefinition> Fields => _fields.Value;

    /// <summary>Exactly one field must be given, and not as null (spec section 3.10.1).</summary>
    public bool IsOneOf { get; init; }

    /// <summary>Makes the CLR object of coerced field values; null gives resolvers the dictionary itself. A field not given is not in it.</summary>
    public Func<IReadOnlyDictionary<string, object?>, object>? CreateInstance { get; init; }
}
