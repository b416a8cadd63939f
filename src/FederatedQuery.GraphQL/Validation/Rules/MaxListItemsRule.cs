using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Bounds the list literals of arguments (<see cref="OperationLimits.MaxListItems"/>).</summary>
internal sealed class MaxListItemsRule(ValidationContext context, int maxItems) : ValidationRule(context)
{
    public override void EnterValue(ValueNode node)
    {
        if (node is ListValueNode list && list.Values.Length > maxItems)
        {
            Context.Report(ErrorCodes.ListTooLong, $"A list has {list.Values.Length} items; at most {maxItems} are allowed.", node);
        }
    }
}
