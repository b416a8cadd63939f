using System.ComponentModel;

namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>
/// <c>@cost</c> of the IBM GraphQL cost directives: what the element adds to the cost of an operation, each time that it may appear.
/// A negative weight of an argument or input field takes from the cost of the field it is given to.
/// </summary>
/// <example><code>[Cost(10)] public Task&lt;Report&gt; ReportAsync([Cost(5)] string? filter) => ...</code></example>
[DirectiveType(DirectiveLocation.ArgumentDefinition | DirectiveLocation.Enum | DirectiveLocation.FieldDefinition
    | DirectiveLocation.InputFieldDefinition | DirectiveLocation.Object | DirectiveLocation.Scalar)]
[GraphQLDescription(CostDirectives.CostDescription)]
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class CostAttribute(double weight) : DirectiveAttribute
{
    [GraphQLDescription(CostDirectives.WeightDescription)]
    public string Weight { get; } = CostDirectives.ToText(weight);
}

/// <summary><c>@listSize</c> of the IBM GraphQL cost directives: how long the list is that a field gives, at most.</summary>
/// <example>
/// <code>
/// [ListSize(AssumedSize = 100, SlicingArguments = ["first", "last"], SizedFields = ["edges", "nodes"], RequireOneSlicingArgument = false)]
/// </code>
/// </example>
[DirectiveType(DirectiveLocation.FieldDefinition)]
[GraphQLDescription(CostDirectives.ListSizeDescription)]
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class ListSizeAttribute : DirectiveAttribute
{
    private int? _assumedSize;
    private int? _slicingArgumentDefaultValue;

    [GraphQLName("assumedSize"), GraphQLDescription(CostDirectives.AssumedSizeDescription)]
    public int? AssumedSizeOrNull => _assumedSize;

    /// <summary>Arguments of the field, of type <c>Int</c>, that give the length; the largest counts.</summary>
    [GraphQLDescription(CostDirectives.SlicingArgumentsDescription)]
    public string[]? SlicingArguments { get; set; }

    [GraphQLName("slicingArgumentDefaultValue"), GraphQLDescription(CostDirectives.SlicingArgumentDefaultValueDescription)]
    public int? SlicingArgumentDefaultValueOrNull => _slicingArgumentDefaultValue;

    /// <summary>Lists right below the field, such as <c>edges</c>, that the length is of, rather than of the field itself.</summary>
    [GraphQLDescription(CostDirectives.SizedFieldsDescription)]
    public string[]? SizedFields { get; set; }

    /// <summary>Whether exactly one slicing argument must be given. Default true.</summary>
    [GraphQLType("Boolean"), DefaultValue(true), GraphQLDescription(CostDirectives.RequireOneSlicingArgumentDescription)]
    public bool RequireOneSlicingArgument { get; set; } = true;

    /// <summary>The longest list that the field gives when no slicing argument says otherwise.</summary>
    [GraphQLIgnore]
    public int AssumedSize
    {
        get => _assumedSize ?? 0;
        set => _assumedSize = value;
    }

    /// <summary>The length when no slicing argument is given: what the resolver then takes.</summary>
    [GraphQLIgnore]
    public int SlicingArgumentDefaultValue
    {
        get => _slicingArgumentDefaultValue ?? 0;
        set => _slicingArgumentDefaultValue = value;
    }
}
