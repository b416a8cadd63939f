using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>A document that was parsed and validated, with the plans of its operations. Immutable but for the plans it gathers.</summary>
internal sealed class PreparedDocument
{
    /// <summary>Each condition doubles the possible plans; beyond this many they are made anew each time.</summary>
    private const int MostPlans = 64;

    private readonly Schema _schema;
    private readonly FrozenDictionary<string, FragmentDefinitionNode> _fragments;
    private readonly ImmutableArray<string> _conditions;
    private readonly bool _hasIncremental;
    private readonly ConcurrentDictionary<(OperationDefinitionNode Operation, bool IsIncremental, string Conditions), SelectionPlan> _plans = new();

    private readonly ConcurrentDictionary<(OperationDefinitionNode Operation, string Conditions), CostPlan> _costPlans = new();
    private readonly OperationDefinitionNode? _only;
    private IReadOnlyList<GraphQLError>? _introspection;

    public PreparedDocument(Schema schema, DocumentNode? document, IReadOnlyList<GraphQLError> errors)
    {
        _schema = schema;
        Document = document;
        Errors = errors;
        _only = document?.Definitions.OfType<OperationDefinitionNode>().Take(2).ToArray() is [var only] ? only : null;
        _fragments = document is null || errors.Count > 0
            ? FrozenDictionary<string, FragmentDefinitionNode>.Empty
            : document.Definitions.OfType<FragmentDefinitionNode>().ToFrozenDictionary(fragment => fragment.Name, StringComparer.Ordinal);
        _conditions = document is null || errors.Count > 0 ? [] : OperationConditions.Find(document, out _hasIncremental);
    }

    /// <summary>Null when the text does not parse.</summary>
    public DocumentNode? Document { get; }

    /// <summary>Syntax or validation errors; empty for a document that may be executed.</summary>
    public IReadOnlyList<GraphQLError> Errors { get; }

    /// <summary>The errors to give to those who may not ask for the schema; empty when the document does not. Looked for once.</summary>
    public IReadOnlyList<GraphQLError> FindIntrospection(DocumentValidator validator) =>
        LazyInitializer.EnsureInitialized(ref _introspection, () => validator.FindIntrospection(Document!));

    /// <summary>GetOperation() (spec section 6.1).</summary>
    public OperationDefinitionNode? FindOperation(string? name, out GraphQLError? error)
    {
        error = null;
        if (name is null && _only is not null)
        {
            return _only;
        }

        var operations = Document!.Definitions.OfType<OperationDefinitionNode>();
        if (name is not null)
        {
            var named = operations.FirstOrDefault(operation => operation.Name == name);
            error = named is null ? new GraphQLError($"Unknown operation named \"{name}\".") { Code = ErrorCodes.OperationResolution } : null;
            return named;
        }

        error = new GraphQLError(operations.Any() ? "Must provide operation name if query contains multiple operations." : "Must provide an operation.")
        {
            Code = ErrorCodes.OperationResolution,
        };
        return null;
    }

    /// <param name="operation">One of this document's.</param>
    /// <param name="rootType">The type that it begins with.</param>
    /// <param name="variables">Coerced; they decide the conditions.</param>
    /// <param name="isIncremental">False executes <c>@defer</c> and <c>@stream</c> as if they were not there.</param>
    /// <exception cref="GraphQLException">A variable of a condition at the root is null.</exception>
    public SelectionPlan GetPlan(OperationDefinitionNode operation, ObjectType rootType, VariableValues variables, bool isIncremental)
    {
        isIncremental &= _hasIncremental;
        var conditions = OperationConditions.Evaluate(_conditions, variables);
        var key = (operation, isIncremental, KeyOf(conditions));
        if (_plans.TryGetValue(key, out var plan))
        {
            return plan;
        }

        plan = new OperationPlanner(_schema, _fragments, conditions, isIncremental).PlanRoot(rootType, operation);
        return _plans.Count < MostPlans ? _plans.GetOrAdd(key, plan) : plan;
    }

    /// <exception cref="GraphQLException">A variable of a condition is null, or there is too much to count.</exception>
    public CostPlan GetCostPlan(OperationDefinitionNode operation, ObjectType rootType, VariableValues variables, CostWeights weights)
    {
        var conditions = OperationConditions.Evaluate(_conditions, variables);
        var key = (operation, KeyOf(conditions));
        if (_costPlans.TryGetValue(key, out var plan))
        {
            return plan;
        }

        plan = new CostPlanner(_schema, Document!, weights, new OperationPlanner(_schema, _fragments, conditions, isIncremental: false)).Plan(rootType, operation);
        return _costPlans.Count < MostPlans ? _costPlans.GetOrAdd(key, plan) : plan;
    }

    private string KeyOf(FrozenDictionary<string, bool?> conditions) =>
        _conditions.IsEmpty ? string.Empty : string.Concat(_conditions.Select(name => conditions[name] switch { true => '1', false => '0', null => '-' }));
}
