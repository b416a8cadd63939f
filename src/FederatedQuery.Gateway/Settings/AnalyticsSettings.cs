using FederatedQuery.Cold.Analytics;

namespace FederatedQuery.Gateway.Settings;

/// <summary>ANALYTICS_INTEGRATION_ENABLED=true and its companions.</summary>
/// <param name="IsForSagemaker">SAGEMAKER_INTEGRATION. SageMaker Lakehouse and Lake Formation look into Glue's catalog: there is nothing else to call.</param>
internal sealed record AnalyticsSettings(AnalyticsCatalogOptions Catalog, bool IsForSagemaker);
