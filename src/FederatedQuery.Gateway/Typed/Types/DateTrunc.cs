namespace FederatedQuery.Gateway.Typed.Types;

internal enum DateTrunc
{
    Hour,
    Day,
    Week,
    Month,
    Year,
}
