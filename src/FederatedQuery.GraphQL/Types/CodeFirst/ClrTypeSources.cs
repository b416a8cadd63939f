namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>What a <see cref="SchemaBuilder"/> has gathered for its mapper.</summary>
/// <param name="Resolvers">Compiles members.</param>
/// <param name="Scalars">Scalars by the C# type that they stand for.</param>
/// <param name="NamedTypes">Types made at run time.</param>
/// <param name="Extensions">Classes that add fields.</param>
/// <param name="Registered">Classes that were added as types.</param>
/// <param name="Documentation">Null when XML comments are not to be descriptions.</param>
internal sealed record ClrTypeSources(
    ResolverCompiler Resolvers,
    IReadOnlyDictionary<Type, ScalarType> Scalars,
    IReadOnlyDictionary<string, NamedType> NamedTypes,
    TypeExtensions Extensions,
    IReadOnlyCollection<Type> Registered,
    XmlDocumentation? Documentation);
