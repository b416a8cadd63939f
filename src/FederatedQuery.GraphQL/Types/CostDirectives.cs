using System.Globalization;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// The directives of the IBM GraphQL cost specification (https://ibm.github.io/graphql-specs/cost-spec.html), for schemas made at run time;
/// classes get them by <see cref="Annotations.CostAttribute"/> and <see cref="Annotations.ListSizeAttribute"/>.
/// </summary>
public static class CostDirectives
{
    internal const string CostDescription = "What the element adds to the cost of an operation, each time that it may appear.";
    internal const string WeightDescription = "A number. A negative weight of an argument takes from the cost of its field.";
    internal const string ListSizeDescription = "How long the list is that the field gives, at most.";
    internal const string AssumedSizeDescription = "The longest list that the field gives when no slicing argument says otherwise.";
    internal const string SlicingArgumentsDescription = "Arguments of the field that give the length; the largest counts.";
    internal const string SlicingArgumentDefaultValueDescription = "The length when no slicing argument is given.";
    internal const string SizedFieldsDescription = "Lists right below the field that the length is of, rather than of the field itself.";
    internal const string RequireOneSlicingArgumentDescription = "Whether exactly one slicing argument must be given.";

    /// <summary><c>@cost(weight: String!)</c>.</summary>
    public static DirectiveDefinition Cost { get; } =
        new("cost", ["SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "ENUM", "INPUT_FIELD_DEFINITION"])
        {
            Description = CostDescription,
            Arguments = [new InputValueDefinition("weight", new NonNullType(StringScalar.Instance)) { Description = WeightDescription }],
        };

    /// <summary><c>@listSize</c>, with Hot Chocolate's <c>slicingArgumentDefaultValue</c>.</summary>
    public static DirectiveDefinition ListSize { get; } = new("listSize", ["FIELD_DEFINITION"])
    {
        Description = ListSizeDescription,
        Arguments =
        [
            new InputValueDefinition("assumedSize", IntScalar.Instance) { Description = AssumedSizeDescription },
            new InputValueDefinition("slicingArguments", Names) { Description = SlicingArgumentsDescription },
            new InputValueDefinition("slicingArgumentDefaultValue", IntScalar.Instance) { Description = SlicingArgumentDefaultValueDescription },
            new InputValueDefinition("sizedFields", Names) { Description = SizedFieldsDescription },
            new InputValueDefinition("requireOneSlicingArgument", BooleanScalar.Instance)
            {
                Description = RequireOneSlicingArgumentDescription,
                DefaultValue = new BooleanValueNode(0, true),
            },
        ],
    };

    private static ListType Names => new(new NonNullType(StringScalar.Instance));

    /// <summary><c>@cost</c> to put on a member.</summary>
    public static AppliedDirective CostOf(double weight) => new("cost", new ArgumentNode(0, "weight", new StringValueNode(0, ToText(weight))));

    internal static string ToText(double weight) => weight.ToString("0.0###############", CultureInfo.InvariantCulture);

    /// <summary>The member's weight; null without <c>@cost</c>, or where the schema has another directive of that name.</summary>
    internal static double? FindWeight(Schema schema, IEnumerable<AppliedDirective> directives) =>
        Find(schema, Cost, directives)?.GetValueOrDefault("weight") is string text && TryParseWeight(text, out var weight) ? weight : null;

    /// <summary>The arguments of a directive of this name, if the schema's has the arguments that the specification gives it.</summary>
    internal static IReadOnlyDictionary<string, object?>? Find(Schema schema, DirectiveDefinition specified, IEnumerable<AppliedDirective> directives) =>
        schema.TryGetDirective(specified.Name, out var definition)
        && definition.FindArgument(specified.Arguments[0].Name)?.Type.Named == specified.Arguments[0].Type.Named
            ? directives.FirstOrDefault(directive => directive.Name == specified.Name)?.GetArgumentValues(schema)
            : null;

    internal static bool TryParseWeight(string text, out double weight) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out weight) && double.IsFinite(weight);
}
