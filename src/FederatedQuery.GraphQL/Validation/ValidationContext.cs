using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>What the rules share: the schema, the document, the types at the walker's place, and the errors found.</summary>
internal sealed class ValidationContext
{
    private const int LongestMessage = 2_000;

    private readonly Dictionary<string, FragmentDefinitionNode> _fragments = new(StringComparer.Ordinal);
    private readonly Dictionary<DefinitionNode, List<VariableUsage>> _usages = [];
    private readonly Dictionary<DefinitionNode, List<FragmentSpreadNode>> _spreads = [];
    private readonly Dictionary<OperationDefinitionNode, List<DefinitionNode>> _reachable = [];
    private readonly int _maxErrors;

    public ValidationContext(Schema schema, DocumentNode document, int maxErrors)
    {
        Schema = schema;
        Document = document;
        _maxErrors = maxErrors;
        foreach (var definition in document.Definitions)
        {
            if (definition is FragmentDefinitionNode fragment)
            {
                _fragments.TryAdd(fragment.Name, fragment);
            }
        }
    }

    public Schema Schema { get; }

    public DocumentNode Document { get; }

    public List<GraphQLError> Errors { get; } = [];

    public IReadOnlyDictionary<string, FragmentDefinitionNode> Fragments => _fragments;

    /// <summary>The type whose selection set is being walked.</summary>
    public CompositeType? ParentType { get; set; }

    /// <summary>The output type at hand: of the field, or of the type condition.</summary>
    public GraphQLType? Type { get; set; }

    public FieldDefinition? Field { get; set; }

    public DirectiveDefinition? Directive { get; set; }

    public InputValueDefinition? Argument { get; set; }

    /// <summary>The input type that the value at hand should have.</summary>
    public GraphQLType? InputType { get; set; }

    public bool InputHasDefault { get; set; }

    public InputObjectType? ParentInputObject { get; set; }

    /// <summary>Reports a breach that has a code of its own.</summary>
    public void Report(string code, string message, SyntaxNode node) => Report(message, [Document.LocationOf(node)], code);

    public void Report(string message, params ReadOnlySpan<SyntaxNode> nodes)
    {
        var locations = new SourceLocation[nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            locations[i] = Document.LocationOf(nodes[i]);
        }

        Report(message, locations);
    }

    public void ReportAt(string message, params ReadOnlySpan<int> offsets)
    {
        var locations = new SourceLocation[offsets.Length];
        for (var i = 0; i < offsets.Length; i++)
        {
            locations[i] = Document.Source.GetLocation(offsets[i]);
        }

        Report(message, locations);
    }

    public void AddUsage(DefinitionNode definition, VariableUsage usage) => GetOrAdd(_usages, definition).Add(usage);

    public void AddSpread(DefinitionNode definition, FragmentSpreadNode spread) => GetOrAdd(_spreads, definition).Add(spread);

    /// <summary>Variables used by the operation and by all fragments it reaches; complete when the whole document was walked.</summary>
    public IEnumerable<VariableUsage> GetUsages(OperationDefinitionNode operation) =>
        GetReachable(operation).SelectMany(definition => _usages.TryGetValue(definition, out var usages) ? usages : []);

    /// <summary>The operation and the fragments it reaches, each once; complete when the whole document was walked.</summary>
    public IReadOnlyList<DefinitionNode> GetReachable(OperationDefinitionNode operation)
    {
        if (_reachable.TryGetValue(operation, out var known))
        {
            return known;
        }

        var reached = new List<DefinitionNode> { operation };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < reached.Count; i++)
        {
            foreach (var spread in GetSpreads(reached[i]))
            {
                if (seen.Add(spread.Name) && _fragments.TryGetValue(spread.Name, out var fragment))
                {
                    reached.Add(fragment);
                }
            }
        }

        return _reachable[operation] = reached;
    }

    public IReadOnlyList<FragmentSpreadNode> GetSpreads(DefinitionNode definition) => _spreads.TryGetValue(definition, out var spreads) ? spreads : ImmutableArray<FragmentSpreadNode>.Empty;

    private static List<T> GetOrAdd<T>(Dictionary<DefinitionNode, List<T>> lists, DefinitionNode definition)
    {
        if (!lists.TryGetValue(definition, out var list))
        {
            lists[definition] = list = [];
        }

        return list;
    }

    private void Report(string message, SourceLocation[] locations, string code = ErrorCodes.Validation)
    {
        if (Errors.Count >= _maxErrors)
        {
            throw new TooManyErrorsException();
        }

        Errors.Add(new GraphQLError(Shorten(message)) { Locations = locations, Code = code });
    }

    /// <summary>Messages show values of the document, which may fill most of it, once per error.</summary>
    private static string Shorten(string message) => message.Length <= LongestMessage ? message : string.Concat(message.AsSpan(0, LongestMessage), "...");

    /// <summary>Ends the walk; caught by the validator.</summary>
    internal sealed class TooManyErrorsException : Exception;
}
