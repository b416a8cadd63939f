using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Oracle.Execution;

/// <summary>
/// Random valid operations: fragments that spread fragments, fields that merge, aliases, directives, variables. Fields of one response key
/// always have the same name and arguments, and the schema gives fields of one name one type: so all of it merges.
/// </summary>
internal sealed class QueryGenerator(Schema schema, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<Fragment> _fragments = [];
    private readonly List<string> _argumentLists = [];
    private InputGenerator _inputs = null!;
    private HashSet<string> _spreads = [];

    /// <summary>One request with the given seed of its data.</summary>
    /// <param name="dataSeed">See <see cref="ExecutionCase.Seed"/>.</param>
    /// <param name="wrong">Percent of values of variables that may not fit.</param>
    public ExecutionCase Next(int dataSeed, int wrong)
    {
        _fragments.Clear();
        _argumentLists.Clear();
        _inputs = new InputGenerator(_random);
        for (var i = _random.Next(4); i > 0; i--)
        {
            AddFragment();
        }

        var operation = _inputs.Chance(20) ? OperationType.Mutation : OperationType.Query;
        var (body, variables, spreads) = Scoped(() => Selections(schema.GetRootType(operation)!, depth: 4));
        var reachable = Reach(spreads);
        var used = variables.Concat(reachable.SelectMany(fragment => fragment.Variables)).Distinct().Select(name => _inputs.Variables[name]).ToArray();
        var definitions = used.Length == 0 ? string.Empty : $"({string.Join(", ", used.Select(variable => variable.ToString()))})";
        var source = $"{(operation == OperationType.Mutation ? "mutation" : "query")} Main{definitions} {body}\n"
            + string.Concat(reachable.OrderBy(_ => _random.Next()).Select(fragment => $"fragment {fragment.Name} on {fragment.Type.Name} {fragment.Body}\n"));
        string? name = null;
        if (_inputs.Chance(15))
        {
            source += "query Other { __typename }\n";
            name = _inputs.Chance(90) ? "Main" : _inputs.Chance(50) ? "Nope" : null;
        }

        return new ExecutionCase(source, used.Length == 0 && _inputs.Chance(50) ? null : _inputs.Values(used, wrong), name, dataSeed, _inputs.Chance(60));
    }

    private void AddFragment()
    {
        var types = schema.Types.OfType<CompositeType>().Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal)).ToArray();
        var type = types[_random.Next(types.Length)];
        var (body, variables, spreads) = Scoped(() => Selections(type, depth: 2));
        _fragments.Add(new Fragment($"F{_fragments.Count}", type, body, variables, spreads));
    }

    private (string Body, HashSet<string> Variables, HashSet<string> Spreads) Scoped(Func<string> make)
    {
        _inputs.Used = [];
        _spreads = [];
        var body = make();
        return (body, _inputs.Used, _spreads);
    }

    private Fragment[] Reach(HashSet<string> spreads)
    {
        // A fragment spreads only those made before it.
        var reached = new HashSet<string>(spreads);
        foreach (var fragment in Enumerable.Reverse(_fragments).Where(fragment => reached.Contains(fragment.Name)))
        {
            reached.UnionWith(fragment.Spreads);
        }

        return [.. _fragments.Where(fragment => reached.Contains(fragment.Name))];
    }

    private string Selections(CompositeType type, int depth) =>
        $"{{ {string.Join(' ', Enumerable.Range(0, _random.Next(1, 6)).Select(_ => Selection(type, depth)))} }}";

    private string Selection(CompositeType type, int depth)
    {
        var roll = _random.Next(100);
        if (roll < 14 && _fragments.Where(fragment => Overlaps(fragment.Type, type)).ToArray() is { Length: > 0 } fitting)
        {
            var spread = fitting[_random.Next(fitting.Length)];
            _spreads.Add(spread.Name);
            return $"...{spread.Name}{Directives()}";
        }

        if (roll < 28 && depth > 0)
        {
            var conditions = schema.Types.OfType<CompositeType>().Where(other => Overlaps(other, type)).ToArray();
            return _inputs.Chance(25)
                ? $"...{Directives()} {Selections(type, depth - 1)}"
                : On(conditions[_random.Next(conditions.Length)], depth);
        }

        var fields = type is ComplexType complex ? complex.Fields.Items.Where(field => depth > 0 || field.Type.IsLeaf).ToArray() : [];
        return fields.Length == 0 || roll > 94 ? $"{(_inputs.Chance(30) ? "kind: " : string.Empty)}__typename{Directives()}" : Field(fields[_random.Next(fields.Length)], depth);
    }

    private string On(CompositeType condition, int depth) => $"... on {condition.Name}{Directives()} {Selections(condition, depth - 1)}";

    private string Field(FieldDefinition field, int depth)
    {
        var given = field.Arguments.Where(argument => argument.IsRequired || _inputs.Chance(50)).OrderBy(_ => _random.Next())
            .Select(argument => $"{argument.Name}: {_inputs.Literal(argument.Type, variables: 18, argument.DefaultValue is not null)}").ToArray();
        var arguments = given.Length == 0 ? string.Empty : $"({string.Join(", ", given)})";
        var alias = string.Empty;
        if (given.Length > 0 || _inputs.Chance(20))
        {
            var key = field.Name + arguments;
            var index = _argumentLists.IndexOf(key);
            if (index < 0)
            {
                index = _argumentLists.Count;
                _argumentLists.Add(key);
            }

            alias = $"{field.Name}_{index}: ";
        }

        return $"{alias}{field.Name}{arguments}{Directives()}{(field.Type.IsComposite ? " " + Selections((CompositeType)field.Type.Named, depth - 1) : string.Empty)}";
    }

    private string Directives()
    {
        var directives = string.Empty;
        foreach (var name in new[] { "skip", "include" }.Where(_ => _inputs.Chance(6)))
        {
            directives += $" @{name}(if: {_inputs.Literal(new NonNullType(BooleanScalar.Instance), variables: 60)})";
        }

        return directives;
    }

    private bool Overlaps(CompositeType left, CompositeType right) => schema.GetPossibleTypes(left).Overlaps(schema.GetPossibleTypes(right));

    private sealed record Fragment(string Name, CompositeType Type, string Body, HashSet<string> Variables, HashSet<string> Spreads);
}
