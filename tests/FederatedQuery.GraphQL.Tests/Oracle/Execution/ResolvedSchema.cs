using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Tests.Oracle.Execution;

/// <summary>A schema read from SDL, made anew with resolvers.</summary>
internal static class ResolvedSchema
{
    /// <param name="sdl">The types.</param>
    /// <param name="resolve">Makes the field with a resolver of the field read and its type in the new schema.</param>
    public static Schema Create(string sdl, Func<FieldDefinition, GraphQLType, FieldDefinition> resolve)
    {
        var read = SchemaReader.Read(sdl);
        var made = new Dictionary<string, NamedType>(StringComparer.Ordinal);
        return new Schema(new SchemaConfig
        {
            Query = (ObjectType)Make(read.QueryType),
            Mutation = read.MutationType is { } mutation ? (ObjectType)Make(mutation) : null,
            Types = [.. read.Types.Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal)).Select(Make)],
        });

        NamedType Make(NamedType type)
        {
            if (type is not CompositeType)
            {
                return type;
            }

            if (!made.TryGetValue(type.Name, out var copy))
            {
                made[type.Name] = copy = type switch
                {
                    ObjectType node => new ObjectType(node.Name, () => MakeFields(node), () => MakeInterfaces(node)),
                    InterfaceType node => new InterfaceType(node.Name, () => MakeFields(node), () => MakeInterfaces(node)) { ResolveType = TypeOf },
                    _ => new UnionType(type.Name, () => ((UnionType)type).Types.Items.Select(member => (ObjectType)Make(member))) { ResolveType = TypeOf },
                };
            }

            return copy;
        }

        IEnumerable<FieldDefinition> MakeFields(ComplexType type) => type.Fields.Items.Select(field => resolve(field, MakeWrapped(field.Type)));

        IEnumerable<InterfaceType> MakeInterfaces(ComplexType type) => type.Interfaces.Items.Select(implemented => (InterfaceType)Make(implemented));

        GraphQLType MakeWrapped(GraphQLType type) => type switch
        {
            NonNullType nonNull => new NonNullType(MakeWrapped(nonNull.OfType)),
            ListType list => new ListType(MakeWrapped(list.OfType)),
            _ => Make((NamedType)type),
        };

        static string TypeOf(object value) => ((ExecutionWorld.Entity)value).TypeName;
    }
}
