using FederatedQuery.GraphQL.Types.Introspection;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Finds every type that a schema names, in no particular order.</summary>
internal sealed class TypeCollector
{
    private readonly Dictionary<string, NamedType> _types = new(StringComparer.Ordinal);
    private readonly Stack<NamedType> _open = new();
    private readonly List<string> _problems = [];

    /// <exception cref="SchemaException">Two different types have one name.</exception>
    public IReadOnlyCollection<NamedType> Collect(SchemaConfig config)
    {
        Add(config.Query);
        Add(config.Mutation);
        Add(config.Subscription);
        Add(StringScalar.Instance);
        Add(BooleanScalar.Instance);
        Add(IntrospectionTypes.Schema);
        foreach (var type in config.Types)
        {
            Add(type);
        }

        foreach (var argument in config.Directives.SelectMany(directive => directive.Arguments))
        {
            Add(argument.Type);
        }

        while (_open.TryPop(out var type))
        {
            AddReferencesOf(type);
        }

        return _problems.Count == 0 ? _types.Values : throw new SchemaException(_problems);
    }

    private void AddReferencesOf(NamedType type)
    {
        switch (type)
        {
            case ComplexType complex:
                foreach (var field in complex.Fields)
                {
                    Add(field.Type);
                    foreach (var argument in field.Arguments)
                    {
                        Add(argument.Type);
                    }
                }

                foreach (var implemented in complex.Interfaces)
                {
                    Add(implemented);
                }

                break;
            case UnionType union:
                foreach (var member in union.Types)
                {
                    Add(member);
                }

                break;
            case InputObjectType input:
                foreach (var field in input.Fields)
                {
                    Add(field.Type);
                }

                break;
        }
    }

    private void Add(GraphQLType? type)
    {
        if (type is null)
        {
            return;
        }

        var named = type.Named;
        if (_types.TryAdd(named.Name, named))
        {
            _open.Push(named);
        }
        else if (!ReferenceEquals(_types[named.Name], named))
        {
            _problems.Add($"Two different types are named '{named.Name}'.");
        }
    }
}
