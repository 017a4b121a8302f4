// The functions on a Flex Consumption plan, or on one of their own, with one identity and without a secret among their settings.
param suffix string
param location string
param tags object
param identityId string
param identityClientId string
param storageName string
param packageContainer string
param insightsName string
param vaultUri string
@description('Empty: no virtual network.')
param subnetId string
@description('A plan of its own (one instance, always on) in place of Flex Consumption.')
param isDedicated bool
param maximumInstances int
param workspaceId string
@description('host, user, from, support, firm; what is empty keeps the default of the app.')
param mail object
param appSettings object

var flexSite = { minTlsVersion: '1.2' }
var flexApp = {
  deployment: {
    storage: {
      type: 'blobContainer'
      value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
      authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
    }
  }
  runtime: { name: 'dotnet-isolated', version: '10.0' }
  scaleAndConcurrency: {
    instanceMemoryMB: 2048
    maximumInstanceCount: maximumInstances
  }
}

var dedicatedSite = {
  minTlsVersion: '1.2'
  alwaysOn: true
  linuxFxVersion: 'DOTNET-ISOLATED|10.0'
  ftpsState: 'Disabled'
  // References to a vault behind a private endpoint are resolved only so.
  vnetRouteAllEnabled: !empty(subnetId)
}
var dedicatedSettings = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'
  WEBSITE_RUN_FROM_PACKAGE: '1'
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: isDedicated ? 'linux' : 'functionapp'
  sku: isDedicated ? { tier: 'Premium0V3', name: 'P0v3' } : { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: isDedicated ? dedicatedSite : flexSite
    functionAppConfig: isDedicated ? null : flexApp
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identityClientId
        AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
        AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
        AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
        APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
        Broker__ApiKey: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/broker-api-key)'
        Broker__ApiSecret: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/broker-api-secret)'
      },
      empty(mail.host) ? { Notifications__Transport: 'Folder', Notifications__Folder: '/tmp/emails' } : { Notifications__Transport: 'Smtp', Notifications__SmtpHost: mail.host },
      empty(mail.user) ? {} : {
        Notifications__SmtpUser: mail.user
        Notifications__SmtpPassword: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/smtp-password)'
      },
      empty(mail.from) ? {} : { Notifications__FromAddress: mail.from },
      empty(mail.support) ? {} : { Notifications__SupportAddress: mail.support },
      empty(mail.firm) ? {} : { Notifications__FirmName: mail.firm },
      isDedicated ? dedicatedSettings : {},
      appSettings
    )
  }

  // Packages come by identity; passwords for publishing are off.
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    metrics: [
      { category: 'AllMetrics', enabled: true }
    ]
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
