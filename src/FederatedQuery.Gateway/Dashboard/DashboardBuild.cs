using FederatedQuery.Gateway.StaticFiles;

namespace FederatedQuery.Gateway.Dashboard;

/// <summary>What Vite has made of <c>src/dashboard</c>.</summary>
/// <param name="Page">index.html.</param>
/// <param name="Assets">Scripts, styles and the icon.</param>
internal sealed record DashboardBuild(DashboardPage Page, CompressedFiles Assets)
{
    /// <returns>Null where there is none.</returns>
    public static DashboardBuild? Find(string folder)
    {
        var page = Path.Combine(folder, "index.html");
        return File.Exists(page) ? new DashboardBuild(new DashboardPage(File.ReadAllText(page)), CompressedFiles.Load(Path.Combine(folder, "assets"))) : null;
    }
}
