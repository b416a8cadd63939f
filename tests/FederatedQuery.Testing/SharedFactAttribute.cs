using Xunit;

namespace FederatedQuery.Testing;

/// <summary>A fact that reads the shared folder; skipped, with the reason, on a clone without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (Repository.Shared is null)
        {
            Skip = SharedMaterial.Missing;
        }
    }
}

/// <summary>A theory that reads the shared folder; skipped, with the reason, on a clone without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (Repository.Shared is null)
        {
            Skip = SharedMaterial.Missing;
        }
    }
}

internal static class SharedMaterial
{
    public const string Missing = "../shared is not beside this clone (or at FEDERATEDQUERY_SHARED).";
}
