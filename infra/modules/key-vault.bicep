// The vault for the broker's key and secret: the functions may read their values, and nobody can purge it.
param name string
param location string
param tags object
param isPrivate bool
param endpointSubnetId string
param zoneIds object
param readerPrincipalId string
@description('May reach a private vault for now; otherwise empty.')
param administratorAddress string
param workspaceId string

// Key Vault Secrets User: may read values, and change none.
var readerRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate && empty(administratorAddress) ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'None'
      ipRules: empty(administratorAddress) ? [] : [{ value: administratorAddress }]
    }
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, readerPrincipalId, readerRole)
  scope: vault
  properties: {
    roleDefinitionId: readerRole
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

module endpoint 'private-endpoint.bicep' = if (isPrivate) {
  name: 'endpoint-vault'
  params: {
    resourceName: name
    resourceId: vault.id
    service: 'vault'
    subnetId: endpointSubnetId
    zoneId: isPrivate ? zoneIds.vault : ''
    location: location
    tags: tags
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'AuditEvent', enabled: true }
    ]
  }
}

output name string = vault.name
output uri string = vault.properties.vaultUri
