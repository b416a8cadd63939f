using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>The objects of tables: rows, pages of rows, and what structs hold.</summary>
internal sealed class RowTypes(GraphQLType pageInfo, TypeTables tables, Func<TypedTable, bool, IEnumerable<InputValueDefinition>> pageArguments)
{
    /// <summary>What a page costs: it may keep both tiers busy.</summary>
    private const double PageCost = 20;

    /// <summary>What a parent, or a page of children, adds for each row: they are read for all rows at once.</summary>
    private const double RelationCost = 1;

    private const string ParentDescription = "From the foreign key; loaded in batches.";
    private const string ChildrenDescription = "From the foreign key, the other way round.";

    private readonly Dictionary<string, ObjectType> _types = new(StringComparer.Ordinal);

    /// <summary>The field that gives a page of all rows.</summary>
    public FieldDefinition RootConnection(TypedTable table) => new(table.RootField, TypeSyntax.Required(Connection(table)))
    {
        Description = table.Description,
        Arguments = [.. pageArguments(table, false)],
        AppliedDirectives = [AuthorizeAttribute.AnyOf(RoleNames.Reader), CostDirectives.CostOf(PageCost), PageSize(["first", "last"])],
        Resolver = context => PageResolver.ResolveAsync(context, table, tables),
    };

    public ObjectType Row(TypedTable table) => GetOrAdd(
        table.TypeName,
        () =>
        [
            .. table.Columns.Select(Column),
            .. table.Parents.Select(relation => new FieldDefinition(relation.Name, Row(relation.Target))
            {
                Description = ParentDescription,
                AppliedDirectives = [CostDirectives.CostOf(RelationCost)],
                Resolver = context => ParentResolver.ResolveAsync(context, relation, tables),
            }),
            .. table.Children.Select(relation => new FieldDefinition(relation.Name, TypeSyntax.Required(Connection(relation.Target)))
            {
                Description = ChildrenDescription,
                Arguments = [.. pageArguments(relation.Target, true)],
                AppliedDirectives = [CostDirectives.CostOf(RelationCost), PageSize(["first"])],
                Resolver = context => ChildrenResolver.ResolveAsync(context, relation, tables),
            }),
        ],
        table.Description);

    private ObjectType Connection(TypedTable table) => GetOrAdd(TypeFamily.Connection(table.TypeName), () =>
    [
        new FieldDefinition("nodes", TypeSyntax.RequiredList(Row(table))) { PropertyReader = PropertyReader.Create((RowConnection page) => page.Nodes), IsPure = true },
        new FieldDefinition("edges", TypeSyntax.RequiredList(Edge(table))) { PropertyReader = PropertyReader.Create((RowConnection page) => page.Nodes), IsPure = true },
        new FieldDefinition("pageInfo", TypeSyntax.Required(pageInfo)) { PropertyReader = PropertyReader.Create((RowConnection page) => page.PageInfo), IsPure = true },
        new FieldDefinition("totalCount", TypeSyntax.Required(LongScalar.Instance))
        {
            Description = "Counted only when asked for.",
            PropertyReader = PropertyReader.Create((RowConnection page) => page.TotalCount),
            IsPure = true,
        },
    ]);

    private ObjectType Edge(TypedTable table) => GetOrAdd(TypeFamily.Edge(table.TypeName), () =>
    [
        new FieldDefinition("cursor", TypeSyntax.Required(StringScalar.Instance)) { PropertyReader = PropertyReader.Create((RowNode row) => row.Cursor), IsPure = true },
        new FieldDefinition("node", TypeSyntax.Required(Row(table))) { PropertyReader = PropertyReader.Create((RowNode row) => row), IsPure = true },
    ]);

    private FieldDefinition Column(TypedColumn column)
    {
        var type = Of(column.Type);
        return new FieldDefinition(column.Name, column.IsRequired ? TypeSyntax.Required(type) : type)
        {
            Description = column.Field.Doc,
            IsPure = true,
            PropertyReader = HoldsObjects(column.Type) ? PropertyReader.Create((RowNode row) => JsonObjects.Read(row.Json(column.FieldId)))
                : HoldsFloats(column.Type) ? PropertyReader.CreateJson<RowNode>(row => row.Floats(column.FieldId), row => row.NotJson(column.FieldId))
                : PropertyReader.CreateJson<RowNode>(row => row.Json(column.FieldId), _ => null),
        };
    }

    private GraphQLType Of(ColumnType type) => type switch
    {
        ScalarColumn scalar => OperationInputs.Scalar(scalar.Kind),
        ListColumn list => new ListType(Of(list.Element)),
        ObjectColumn fields => GetOrAdd(fields.TypeName, () => fields.Fields.Select(Member)),
        _ => throw new System.Diagnostics.UnreachableException(type.ToString()),
    };

    private FieldDefinition Member(ObjectColumnField field) => new(field.Name, Of(field.Type))
    {
        Description = field.Description,
        IsPure = true,
        PropertyReader = HoldsObjects(field.Type) ? PropertyReader.Create((JsonObject parent) => parent.Child(field.Key))
            : HoldsFloats(field.Type) ? PropertyReader.CreateJson<JsonObject>(parent => FloatJson.Finite(parent.Json(field.Key)), parent => FloatJson.Read(parent.Json(field.Key)))
            : PropertyReader.CreateJson<JsonObject>(parent => parent.Json(field.Key), _ => null),
    };

    private static bool HoldsObjects(ColumnType type) => type switch
    {
        ListColumn list => HoldsObjects(list.Element),
        _ => type is ObjectColumn,
    };

    private static bool HoldsFloats(ColumnType type) => type switch
    {
        ListColumn list => HoldsFloats(list.Element),
        _ => type is ScalarColumn { Kind: ScalarKind.Float },
    };

    private static AppliedDirective PageSize(string[] slicingArguments) => TypeSyntax.ListSize(PageArguments.DefaultSize, ["nodes", "edges"], slicingArguments);

    private ObjectType GetOrAdd(string name, Func<IEnumerable<FieldDefinition>> fields, string? description = null)
    {
        if (!_types.TryGetValue(name, out var type))
        {
            _types.Add(name, type = new ObjectType(name, fields) { Description = description });
        }

        return type;
    }
}
