// Everything that one stage of AccountClosure needs in Azure: a resource group, and in it what the modules create.
targetScope = 'subscription'

@description('The azd environment, such as closure-dev; it makes the names of resources differ between environments.')
@minLength(3)
@maxLength(40)
param environmentName string

@description('A region that has Flex Consumption: az functionapp list-flexconsumption-locations.')
param location string

@description('Chooses the row of stages.json.')
@allowed(['dev', 'staging', 'prod'])
param stage string = 'dev'

@description('Where the Functions host keeps the histories; the build reads the same variable. See docs/host-settings.md.')
@allowed(['AzureStorage', 'Scheduler', 'Mssql'])
param durableBackend string = 'AzureStorage'

@description('The broker: the sandbox, or https://broker-api.alpaca.markets.')
param brokerBaseUrl string = 'https://broker-api.sandbox.alpaca.markets'

@description('Who gets the alerts, and the reminders about closures that wait for a person.')
param operationsEmail string

@description('What the emails say of the firm; without a mail server they stay in a folder. The password of the mail server is the secret smtp-password in the vault.')
param firmName string = ''
param mailFromAddress string = ''
param supportAddress string = ''
param smtpHost string = ''
param smtpUser string = ''

@description('Who administers the database: the object id, the name and the type of an Entra user, group or service principal.')
param databaseAdministratorId string
param databaseAdministratorName string
@allowed(['User', 'Group', 'ServicePrincipal'])
param databaseAdministratorType string = 'User'

@description('The name of a PostgreSQL server that was restored and takes the place of the first one (docs/disaster-recovery.md); otherwise empty.')
param databaseServer string = ''

@description('A public IPv4 address from which the administrator may reach the vault and the database for now; otherwise empty (docs/deploy.md).')
param administratorAddress string = ''

@description('The first day of the month in which the budget begins, which cannot be changed later.')
param budgetStart string

var settings = loadJsonContent('stages.json')[stage]
var token = toLower(uniqueString(subscription().id, environmentName, location))
// The publisher does not support MSSQL on Flex Consumption.
var isDedicated = durableBackend == 'Mssql'
var suffix = 'closure-${stage}-${take(token, 6)}'
var tags = { 'azd-env-name': environmentName, application: 'AccountClosure', stage: stage }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${suffix}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    retentionDays: settings.logRetentionDays
    publisherPrincipalId: identity.outputs.principalId
  }
}

module network 'modules/network.bicep' = if (settings.privateNetwork) {
  scope: group
  params: { name: 'vnet-${suffix}', location: location, tags: tags, isDedicated: isDedicated }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${take(token, 13)}'
    location: location
    tags: tags
    sku: settings.storageSku
    isPrivate: settings.privateNetwork
    endpointSubnetId: settings.privateNetwork ? network!.outputs.endpointSubnetId : ''
    zoneIds: settings.privateNetwork ? network!.outputs.zoneIds : {}
    appPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${take(token, 13)}'
    location: location
    tags: tags
    isPrivate: settings.privateNetwork
    endpointSubnetId: settings.privateNetwork ? network!.outputs.endpointSubnetId : ''
    zoneIds: settings.privateNetwork ? network!.outputs.zoneIds : {}
    readerPrincipalId: identity.outputs.principalId
    administratorAddress: administratorAddress
    workspaceId: monitoring.outputs.workspaceId
  }
}

module database 'modules/database.bicep' = {
  scope: group
  params: {
    name: empty(databaseServer) ? 'psql-${suffix}' : databaseServer
    location: location
    tags: tags
    sku: settings.databaseSku
    tier: settings.databaseTier
    highAvailability: settings.databaseHighAvailability
    geoRedundantBackup: settings.databaseGeoRedundantBackup
    isPrivate: settings.privateNetwork
    endpointSubnetId: settings.privateNetwork ? network!.outputs.endpointSubnetId : ''
    zoneIds: settings.privateNetwork ? network!.outputs.zoneIds : {}
    administratorId: databaseAdministratorId
    administratorName: databaseAdministratorName
    administratorType: databaseAdministratorType
    administratorAddress: administratorAddress
    workspaceId: monitoring.outputs.workspaceId
  }
}

module scheduler 'modules/scheduler.bicep' = if (durableBackend == 'Scheduler') {
  scope: group
  params: {
    name: 'dts-${suffix}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module sql 'modules/sql.bicep' = if (isDedicated) {
  scope: group
  params: {
    name: 'sql-${suffix}'
    location: location
    tags: tags
    isPrivate: settings.privateNetwork
    endpointSubnetId: settings.privateNetwork ? network!.outputs.endpointSubnetId : ''
    zoneIds: settings.privateNetwork ? network!.outputs.zoneIds : {}
    administratorId: databaseAdministratorId
    administratorName: databaseAdministratorName
    administratorType: databaseAdministratorType
    workspaceId: monitoring.outputs.workspaceId
  }
}

module functions 'modules/function-app.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    insightsName: monitoring.outputs.insightsName
    vaultUri: vault.outputs.uri
    subnetId: settings.privateNetwork ? network!.outputs.functionsSubnetId : ''
    isDedicated: isDedicated
    maximumInstances: settings.maximumInstances
    workspaceId: monitoring.outputs.workspaceId
    mail: {
      host: smtpHost
      user: smtpUser
      from: mailFromAddress
      support: supportAddress
      firm: firmName
    }
    appSettings: union(
      {
        Broker__BaseUrl: brokerBaseUrl
        Broker__MaxRequestsPerSecond: string(settings.brokerRequestsPerSecond)
        Notifications__OperationsAddress: operationsEmail
        Records__Provider: 'Postgres'
        Records__ConnectionString: 'Host=${database.outputs.host};Database=${database.outputs.databaseName};Username=${identity.outputs.name};SSL Mode=VerifyFull;Options=-c role=records_owner'
        Records__IdentityClientId: identity.outputs.clientId
      },
      durableBackend == 'Scheduler' ? {
        TASKHUB_NAME: scheduler!.outputs.hubName
        DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
      } : {},
      isDedicated ? {
        SQLDB_Connection: 'Server=${sql!.outputs.host};Database=${sql!.outputs.databaseName};Authentication=Active Directory Managed Identity;User Id=${identity.outputs.clientId};Encrypt=True'
      } : {}
    )
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    email: operationsEmail
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

module budget 'modules/budget.bicep' = {
  scope: group
  params: { name: 'budget-${suffix}', amount: settings.monthlyBudget, start: budgetStart, email: operationsEmail }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output RESOURCE_GROUP string = group.name
output FUNCTION_APP string = functions.outputs.name
output FUNCTION_APP_URL string = functions.outputs.url
output KEY_VAULT string = vault.outputs.name
output DATABASE_HOST string = database.outputs.host
output SQL_HOST string = isDedicated ? sql!.outputs.host : ''
output DATABASE_NAME string = database.outputs.databaseName
output APP_IDENTITY string = identity.outputs.name
