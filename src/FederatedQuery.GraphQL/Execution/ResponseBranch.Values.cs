using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution;

/// <content>Completing values (spec section 6.4.3), and cutting back to null where a value may not be.</content>
internal sealed partial class ResponseBranch
{
    /// <summary>CompleteValue() (spec section 6.4.3).</summary>
    public bool TryComplete(FieldPlan field, GraphQLType type, object? value)
    {
        if (type is NonNullType nonNull)
        {
            if (value is not null)
            {
                return TryCompleteNonNull(field, nonNull.OfType, value);
            }

            AddError(field, new GraphQLError($"Cannot return null for non-nullable field {field.ParentType.Name}.{field.Definition.Name}.") { Code = ErrorCodes.NonNullViolation });
            return false;
        }

        if (value is null)
        {
            Output.WriteNull();
            return true;
        }

        var start = Output.Length;
        var holes = HoleCount;
        _boundaries.Add(new OpenBoundary(start));
        var written = TryCompleteNonNull(field, type, value);
        var boundary = _boundaries[^1].Node;
        _boundaries.RemoveLast();
        if (written)
        {
            if (boundary is not null)
            {
                boundary.End = Output.Length;
            }

            return true;
        }

        boundary?.Drop();
        if (HoleCount > holes)
        {
            for (var i = holes; i < Holes.Count; i++)
            {
                execution.Abandon(Holes[i]);
            }

            Holes.RemoveRange(holes, Holes.Count - holes);
        }

        Output.Truncate(start);
        Output.WriteNull();
        return true;
    }

    private bool TryCompleteNonNull(FieldPlan field, GraphQLType type, object value) => type switch
    {
        ObjectType objectType => TryWriteSelection(field, objectType, value),
        ListType list => TryWriteList(field, list.OfType, value),
        ScalarType scalar => TryWriteScalar(field, scalar, value),
        EnumType enumType => TryWriteEnum(field, enumType, value),
        _ => TryWriteAbstract(field, (CompositeType)type, value),
    };

    /// <summary>The selection is planned when first met; what is wrong with its conditions, or too deep, is an error of the field.</summary>
    private bool TryWriteSelection(FieldPlan field, ObjectType type, object value)
    {
        SelectionPlan plan;
        try
        {
            plan = field.GetSelection(type);
        }
        catch (Exception exception)
        {
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }

        return TryWriteObject(plan, value);
    }

    private bool TryWriteScalar(FieldPlan field, ScalarType scalar, object value)
    {
        if (value is IJsonStream stream)
        {
            Holes.Add(new ResponseHole(Output.Length) { Stream = stream });
            return true;
        }

        var start = Output.Length;
        try
        {
            if (scalar.TryWrite(Output, value))
            {
                return true;
            }
        }
        catch (Exception exception)
        {
            Output.Truncate(start);
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }

        AddError(field, new GraphQLError($"{scalar.Name} cannot represent value: {Show(value)}") { Code = ErrorCodes.InvalidResult });
        return false;
    }

    private bool TryWriteEnum(FieldPlan field, EnumType type, object value)
    {
        if (type.TryGetByValue(value, out var definition))
        {
            Output.WriteString(definition.Name);
            return true;
        }

        AddError(field, new GraphQLError($"Enum \"{type.Name}\" cannot represent value: {Show(value)}") { Code = ErrorCodes.InvalidResult });
        return false;
    }

    private bool TryWriteAbstract(FieldPlan field, CompositeType type, object value)
    {
        string problem;
        try
        {
            var name = type switch { InterfaceType named => named.ResolveType?.Invoke(value), UnionType union => union.ResolveType?.Invoke(value), _ => null };
            var objectType = name is null
                ? execution.Schema.FindObjectType(value.GetType())
                : execution.Schema.TryGetType(name, out var found) ? found as ObjectType : null;
            if (objectType is not null && execution.Schema.GetPossibleTypes(type).Contains(objectType))
            {
                return TryWriteSelection(field, objectType, value);
            }

            problem = objectType is null
                ? $"Abstract type \"{type.Name}\" must resolve to an Object type at runtime for field \"{field.ParentType.Name}.{field.Definition.Name}\"; no type is known for the value's class."
                : $"Runtime Object type \"{objectType.Name}\" is not a possible type for \"{type.Name}\".";
        }
        catch (Exception exception)
        {
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }

        AddError(field, new GraphQLError(problem) { Code = ErrorCodes.InvalidResult });
        return false;
    }

    private static string Show(object value) => value is string text
        ? $"\"{text}\""
        : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? value.GetType().Name;
}
