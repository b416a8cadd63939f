using FederatedQuery.Testing.S3;
using Xunit;

namespace FederatedQuery.Testing;

/// <summary>A fact that reads the shared folder; skipped, with the reason, on a clone without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedMaterial.Missing;
}

/// <summary>A theory that reads the shared folder; skipped, with the reason, on a clone without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedMaterial.Missing;
}

/// <summary>A fact that needs both <see cref="S3Server"/> and the shared folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedS3FactAttribute : FactAttribute
{
    public SharedS3FactAttribute() => Skip = S3Server.Missing ?? SharedMaterial.Missing;
}

/// <summary>A theory that needs both <see cref="S3Server"/> and the shared folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedS3TheoryAttribute : TheoryAttribute
{
    public SharedS3TheoryAttribute() => Skip = S3Server.Missing ?? SharedMaterial.Missing;
}

/// <summary>What <see cref="Repository.Shared"/> holds.</summary>
public static class SharedMaterial
{
    /// <summary>Why there is none; null where there is.</summary>
    public static string? Missing => Repository.Shared is null ? "../shared is not beside this clone (or at FEDERATEDQUERY_SHARED)." : null;
}
