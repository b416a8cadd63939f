using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Mutations;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Tiering.RowChanges;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>The fields that change rows of tables where that was allowed, with their types.</summary>
internal sealed class MutationTypes(RowTypes rows, InputTypes inputs, TypeTables tables)
{
    /// <summary>What a change costs: it may write to both tiers.</summary>
    private const double ChangeCost = 40;

    private readonly Dictionary<string, GraphQLType> _types = new(StringComparer.Ordinal);

    public IEnumerable<FieldDefinition> Of(TypedTable table)
    {
        var allowed = table.Table.RowMutations;
        var name = table.Table.ToString();
        if (allowed.HasFlag(RowMutations.Insert) && Insert(table) is { } insert)
        {
            yield return Field(
                table, RowMutations.Insert, $"Inserts rows into {name}: all of them or none.",
                [TypeSyntax.Input("rows", TypeSyntax.RequiredList(insert), $"At most {RowChanger.MostRows}.")]);
        }

        if (allowed.HasFlag(RowMutations.Update) && Update(table) is { } update)
        {
            yield return Field(
                table, RowMutations.Update, $"Changes rows of {name}, in whichever tier they are: all of them or none.",
                [Where(table), TypeSyntax.Input("set", TypeSyntax.Required(update), "The columns that get another value; the same for all rows.")]);
        }

        if (allowed.HasFlag(RowMutations.Delete))
        {
            yield return Field(table, RowMutations.Delete, $"Deletes rows of {name}, in whichever tier they are: all of them or none.", [Where(table)]);
        }
    }

    private static IReadOnlyList<string> KeyOf(TypedTable table) => table.Table switch
    {
        { Tiering: { } tiering } => tiering.PrimaryKey,
        _ => table.Table.Hot!.PrimaryKey,
    };

    private InputValueDefinition Where(TypedTable table) =>
        TypeSyntax.Input("where", TypeSyntax.Required(inputs.Filter(table)), $"Which rows, at most {RowChanger.MostRows}; an empty object selects all.");

    private FieldDefinition Field(TypedTable table, RowMutations operation, string description, IEnumerable<InputValueDefinition> arguments) =>
        new(table.MutationField(operation), TypeSyntax.Required(Result(table)))
        {
            Description = description,
            Arguments = [.. arguments],
            AppliedDirectives = [AuthorizeAttribute.AnyOf(RoleNames.Writer), CostDirectives.CostOf(ChangeCost)],
            Resolver = context => MutationResolver.ResolveAsync(context, table, operation, tables),
        };

    private GraphQLType Result(TypedTable table) => GetOrAdd(TypeFamily.MutationResult(table.TypeName), name => new ObjectType(name, () =>
    [
        new FieldDefinition("affectedRows", TypeSyntax.Required(IntScalar.Instance))
        {
            PropertyReader = PropertyReader.Create((RowMutationResult result) => result.AffectedRows),
            IsPure = true,
        },
        new FieldDefinition("returning", TypeSyntax.RequiredList(rows.Row(table)))
        {
            Description = "The rows as they are now, in no order but that of `rows`; deleted ones as they were.",
            AppliedDirectives = [TypeSyntax.ListSize(PageArguments.DefaultSize, [], [])],
            PropertyReader = PropertyReader.Create((RowMutationResult result) => result.Returning),
            IsPure = true,
        },
    ]));

    /// <summary>Null: no column can be given a value.</summary>
    private InputObjectType? Insert(TypedTable table)
    {
        var columns = Writable(table);
        return columns.Count == 0 ? null : (InputObjectType)GetOrAdd(TypeFamily.Insert(table.TypeName), name => new InputObjectType(name, () => columns.Select(column =>
        {
            var type = Input(column.Type);
            var isNeeded = column.Field.Required && table.Table.Hot!.FindColumn(column.Field.Name) is { HasDefault: false };
            return TypeSyntax.Input(column.Name, isNeeded ? TypeSyntax.Required(type) : type, column.Field.Doc);
        }))
        {
            Description = "Non-null where the column is NOT NULL and has no default.",
        });
    }

    /// <summary>Null: the table has none but its key's.</summary>
    private InputObjectType? Update(TypedTable table)
    {
        var key = KeyOf(table);
        var columns = Writable(table).Where(column => !key.Contains(column.Field.Name)).ToList();
        return columns.Count == 0 ? null : (InputObjectType)GetOrAdd(TypeFamily.Update(table.TypeName), name => new InputObjectType(
            name, () => columns.Select(column => TypeSyntax.Input(column.Name, Input(column.Type), column.Field.Doc)))
        {
            Description = "All columns but those of the primary key.",
        });
    }

    private static List<TypedColumn> Writable(TypedTable table) =>
        [.. table.Columns.Where(column => table.Table.Hot!.FindColumn(column.Field.Name) is { IsGenerated: false })];

    private GraphQLType Input(ColumnType type) => type switch
    {
        ScalarColumn scalar => OperationInputs.Scalar(scalar.Kind),
        ListColumn list => new ListType(Input(list.Element)),
        ObjectColumn fields => GetOrAdd(TypeFamily.StructInput(fields.TypeName), name => new InputObjectType(
            name, () => fields.Fields.Select(field => TypeSyntax.Input(field.Name, Input(field.Type), field.Description)))),
        _ => throw new System.Diagnostics.UnreachableException(type.ToString()),
    };

    private GraphQLType GetOrAdd(string name, Func<string, GraphQLType> make)
    {
        if (!_types.TryGetValue(name, out var type))
        {
            _types.Add(name, type = make(name));
        }

        return type;
    }
}
