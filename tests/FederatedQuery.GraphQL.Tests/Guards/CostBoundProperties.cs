using System.Globalization;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.GraphQL.Tests.Guards;

/// <summary>The static cost is an upper bound of what is really resolved, for any operation and for any data within the stated sizes.</summary>
public class CostBoundProperties
{
    private const int AssumedSize = 3;

    [Fact]
    public void StaticCost_AnyOperationAndData_IsAtLeastTheRealCost() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var operation = new Generator(new Random(seed));
        var document = operation.Document();
        var counter = new Counter(new Random(seed));
        var executor = new RequestExecutor(counter.Schema, new RequestExecutorOptions { Cost = new CostOptions { EnforceCostLimits = false } });
        var request = new OperationRequest(document) { Variables = JsonElement.Parse(operation.Variables), CostReporting = CostReporting.Report };
        var response = Library.ToTextAsync((OperationResult)executor.ExecuteAsync(request).AsTask().GetAwaiter().GetResult()).GetAwaiter().GetResult();

        using var json = JsonDocument.Parse(response);
        if (json.RootElement.TryGetProperty("errors", out var errors))
        {
            throw new InvalidOperationException($"{document} {operation.Variables}: {errors}");
        }

        var cost = json.RootElement.GetProperty("extensions").GetProperty("operationCost");
        return cost.GetProperty("fieldCost").GetDouble() >= counter.FieldCost && cost.GetProperty("typeCost").GetDouble() >= counter.TypeCost
            ? true.ToProperty()
            : false.Label($"{document} {operation.Variables}: {cost} is below {counter.FieldCost}, {counter.TypeCost}");
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>Gives lists of any length that was promised, and counts.</summary>
    private sealed class Counter
    {
        private readonly Random _random;
        private readonly InterfaceType _node;
        private readonly ObjectType _leaf;
        private readonly ObjectType _branch;
        private readonly ObjectType _page;

        public Counter(Random random)
        {
            _random = random;
            _node = new InterfaceType("Node", () => [.. Fields(costs: false)]) { ResolveType = value => ((Value)value).Type };
            _leaf = new ObjectType("Leaf", () => [.. Fields(costs: true, weight: 2), Object("own", () => _leaf!, 6)], () => [_node]);
            _branch = new ObjectType("Branch", () => [.. Fields(costs: true, weight: 5)], () => [_node]) { AppliedDirectives = [CostDirectives.CostOf(4)] };
            _page = new ObjectType("Page", () => [List("items", () => _node, sized: false), List("others", () => _node, sized: false)]);
            Schema = new Schema(new SchemaConfig
            {
                Query = new ObjectType("Query", () => [.. Fields(costs: true, weight: 1)]),
                Types = [_leaf, _branch],
                Directives = [CostDirectives.Cost, CostDirectives.ListSize],
            });
        }

        public Schema Schema { get; }

        public double FieldCost { get; private set; }

        public double TypeCost { get; private set; } = 1;

        private IEnumerable<FieldDefinition> Fields(bool costs, double? weight = null)
        {
            yield return new FieldDefinition("id", StringScalar.Instance)
            {
                AppliedDirectives = costs ? [CostDirectives.CostOf(weight!.Value)] : [],
                Resolver = _ => Give(weight ?? 0, "id"),
            };
            yield return Object("node", () => _node, costs ? weight : null);
            yield return List("nodes", () => _node, sized: true);
            yield return new FieldDefinition("page", _page)
            {
                Arguments = [new InputValueDefinition("first", IntScalar.Instance)],
                AppliedDirectives = [ListSize("items")],
                IsPure = true,
                Resolver = context => Give(1, New("Page", context.ArgumentValue<int?>("first") ?? AssumedSize)),
            };
        }

        private FieldDefinition Object(string name, Func<NamedType> type, double? weight) => new(name, (GraphQLType)type())
        {
            AppliedDirectives = weight is { } given ? [CostDirectives.CostOf(given)] : [],
            IsPure = true,
            Resolver = _ => Give(weight ?? 1, name == "own" ? New("Leaf", 0) : Any()),
        };

        private FieldDefinition List(string name, Func<NamedType> type, bool sized) => new(name, new ListType(type()))
        {
            Arguments = sized ? [new InputValueDefinition("first", IntScalar.Instance)] : [],
            AppliedDirectives = sized ? [ListSize(null)] : [],
            IsPure = true,
            Resolver = context =>
            {
                // "others" is no sized field: the default of one item is what it promises.
                var most = sized ? context.ArgumentValue<int?>("first") ?? AssumedSize : name == "items" ? context.Parent<Value>().Size : 1;
                return Give(1, Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Any()).ToArray());
            },
        };

        private static AppliedDirective ListSize(string? sizedField) => Assert.Single(SchemaReader.Read($$"""
            directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean) on FIELD_DEFINITION
            type P { items: [Int] } type Query { x: Int p(first: Int): {{(sizedField is null ? "[P]" : "P")}} @listSize(assumedSize: {{AssumedSize}}, slicingArguments: ["first"], requireOneSlicingArgument: false {{(sizedField is null ? string.Empty : $"sizedFields: [\"{sizedField}\"]")}}) }
            """).QueryType.Fields.Items[1].AppliedDirectives);

        private Value Any() => New(_random.Next(2) == 0 ? "Leaf" : "Branch", 0);

        private Value New(string type, int size)
        {
            TypeCost += type == "Branch" ? 4 : 1;
            return new Value(type, size);
        }

        private ValueTask<object?> Give(double weight, object? value)
        {
            FieldCost += weight;
            return new ValueTask<object?>(value);
        }

        private sealed record Value(string Type, int Size);
    }

    /// <summary>Writes valid operations: aliases, fragments of all kinds, conditions, slices as literals and as variables.</summary>
    private sealed class Generator(Random random)
    {
        private readonly StringBuilder _fragments = new();
        private readonly int?[] _sizes = [random.Next(4), null, random.Next(6)];
        private int _names;

        public string Variables => $$"""{"yes":{{(random.Next(2) == 0 ? "true" : "false")}},"a":{{_sizes[0]}},"c":{{_sizes[2]}}}""";

        public string Document()
        {
            var body = Set("Query", 4);
            return $"query ($yes: Boolean!, $a: Int, $b: Int, $c: Int) {{ ...{body} u: __typename @skip(if: $yes) v: node {{ x: nodes(first: $a) {{ id }} y: nodes(first: $b) {{ id }} z: nodes(first: $c) {{ id }} }} }} {_fragments}";
        }

        private string Set(string type, int depth)
        {
            var set = new StringBuilder(" { __typename ");
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                set.Append(Selection(type, depth - 1)).Append(' ');
            }

            return set.Append('}').ToString();
        }

        private string Selection(string type, int depth)
        {
            if (depth <= 0)
            {
                return type == "Page" ? "__typename" : "id";
            }

            // Aliases are new but for some fields without arguments, which merge.
            var alias = string.Create(CultureInfo.InvariantCulture, $"f{_names++}: ");
            var condition = random.Next(4) == 0 ? " @include(if: $yes)" : string.Empty;
            var merging = random.Next(2) == 0 ? string.Empty : alias;
            return random.Next(type == "Page" ? 2 : 7) switch
            {
                0 when type == "Page" => $"{merging}items{condition}{Set("Node", depth)}",
                1 when type == "Page" => $"{merging}others{condition}{Set("Node", depth)}",
                0 => $"{merging}id{condition}",
                1 => $"{merging}node{condition}{Set("Node", depth)}",
                2 => $"{alias}nodes{Slice()}{condition}{Set("Node", depth)}",
                3 => $"{alias}page{Slice()}{condition}{Set("Page", depth)}",
                4 when type == "Query" => $"...{condition}{Set("Query", depth)}",
                4 when type == "Branch" || (type == "Node" && random.Next(2) == 0) => $"... on Branch{condition}{Set("Branch", depth)}",
                4 => $"... on Leaf{condition}{Set("Leaf", depth)}",
                5 when type is "Node" or "Leaf" => $"... on Leaf{condition} {{ {alias}own{Set("Leaf", depth)} }}",
                _ => Spread(type == "Query" ? "Query" : "Node", depth, condition),
            };
        }

        private string Spread(string type, int depth, string condition)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"F{_names++}");
            var set = Set(type, depth);
            _fragments.Append(CultureInfo.InvariantCulture, $" fragment {name} on {type}{set}");
            return $"...{name}{condition} ...{name}";
        }

        private string Slice() => random.Next(6) switch
        {
            0 => "(first: $a)",
            1 => "(first: $b)",
            2 => "(first: $c)",
            3 => string.Create(CultureInfo.InvariantCulture, $"(first: {random.Next(4)})"),
            4 => "(first: null)",
            _ => string.Empty,
        };
    }
}
