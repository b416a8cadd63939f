namespace FederatedQuery.Iceberg.Spec;

/// <summary>Geospatial features with planar edges (v3). Null means the default reference system, <c>OGC:CRS84</c>.</summary>
public sealed record GeometryType(string? Crs) : PrimitiveType
{
    public const string DefaultCrs = "OGC:CRS84";

    public override TypeId TypeId => TypeId.Geometry;

    public override string ToString() => Crs is null ? "geometry" : $"geometry({Crs})";
}

/// <summary>Geospatial features with edges on the globe (v3). Nulls mean the defaults: <c>OGC:CRS84</c> and <c>spherical</c>.</summary>
public sealed record GeographyType(string? Crs, string? Algorithm) : PrimitiveType
{
    public const string DefaultAlgorithm = "spherical";

    public override TypeId TypeId => TypeId.Geography;

    public override string ToString() => (Crs, Algorithm) switch
    {
        (null, null) => "geography",
        (_, null) => $"geography({Crs})",
        _ => $"geography({Crs ?? GeometryType.DefaultCrs}, {Algorithm})",
    };
}
