namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>The GraphQL types that the classes of one schema have, for types made at run time beside them.</summary>
public sealed class ClrTypes
{
    private readonly ClrTypeMapper _mapper;

    internal ClrTypes(ClrTypeMapper mapper) => _mapper = mapper;

    /// <summary>The type of a field that gives objects of the class.</summary>
    /// <exception cref="SchemaException">The class has none.</exception>
    public NamedType Output(Type type) => _mapper.MapOutput(type);

    /// <summary>The type of an argument that takes objects of the class.</summary>
    /// <exception cref="SchemaException">The class has none.</exception>
    public NamedType Input(Type type) => _mapper.MapInput(type);
}
