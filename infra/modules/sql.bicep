// The Azure SQL database of the histories, for those who want them in a database of their own: Entra identities only.
param name string
param location string
param tags object
param isPrivate bool
param endpointSubnetId string
param zoneIds object
param administratorId string
param administratorName string
@allowed(['User', 'Group', 'ServicePrincipal'])
param administratorType string
param workspaceId string

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    version: '12.0'
    minimalTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    administrators: {
      administratorType: 'ActiveDirectory'
      azureADOnlyAuthentication: true
      principalType: administratorType == 'ServicePrincipal' ? 'Application' : administratorType
      login: administratorName
      sid: administratorId
      tenantId: tenant().tenantId
    }
  }
}

resource histories 'Microsoft.Sql/servers/databases@2023-08-01' = {
  parent: server
  name: 'histories'
  location: location
  tags: tags
  sku: { name: 'GP_S_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: 2 }
  properties: {
    // The collation that the provider asks for.
    collation: 'Latin1_General_100_BIN2_UTF8'
    // The host looks for work all the time: a pause would never come.
    autoPauseDelay: -1
    minCapacity: json('0.5')
  }
}

resource azureServices 'Microsoft.Sql/servers/firewallRules@2023-08-01' = if (!isPrivate) {
  parent: server
  name: 'azure-services'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
}

module endpoint 'private-endpoint.bicep' = if (isPrivate) {
  name: 'endpoint-sql'
  params: {
    resourceName: name
    resourceId: server.id
    service: 'sqlServer'
    subnetId: endpointSubnetId
    zoneId: isPrivate ? zoneIds.sqlServer : ''
    location: location
    tags: tags
  }
}

resource metrics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: histories
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'Errors', enabled: true }
      { category: 'Deadlocks', enabled: true }
    ]
  }
}

output host string = server.properties.fullyQualifiedDomainName
output databaseName string = histories.name
