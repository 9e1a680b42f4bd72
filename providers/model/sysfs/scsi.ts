/** Attributes of SCSI and ATA: drivers/scsi/scsi_sysfs.c, sd.c, ses.c, scsi_transport_*.c, drivers/ata/libata-transport.c. */

import {
  type SysfsTable,
  binary,
  decimal,
  each,
  hex,
  line,
  mode,
  nothing,
  trigger,
  writable,
} from './row.ts';

export const SCSI: SysfsTable = {
  '@scsi': {
    ...each(decimal(), 'device_blocked device_busy iocounterbits scsi_level type cdl_supported preferred_path'),
    ...each(hex(), 'iorequest_cnt iodone_cnt ioerr_cnt iotmo_cnt'),
    // Blanks fill up the fields of the INQUIRY data.
    ...each(line(), 'model rev vendor wwid access_state blacklist sas_address sas_device_handle path_info raid_level raid_offload_debug unique_id lunid'),
    ...each(writable(line()), 'state queue_type dh_state sas_ncq_prio_enable sw_activity ncq_prio_enable'),
    ...each(
      writable(decimal()),
      'cdl_enable eh_timeout evt_capacity_change_reported evt_inquiry_change_reported evt_lun_change_reported evt_media_change evt_mode_parameter_change_reported evt_soft_threshold_reached queue_depth queue_ramp_up_period timeout unpriv_sgio ncq_prio_supported unload_heads',
    ),
    ...each(trigger(), 'delete rescan'),
    inquiry: binary(),
    ...each(binary(), 'vpd_pg# vpd_pgb# vpd_pgc# vpd_pgd# vpd_pge# vpd_pgf#'),
  },
  '@scsi_host': {
    ...each(
      decimal(),
      'can_queue cmd_per_lun host_busy nr_hw_queues prot_capabilities prot_guard_type sg_prot_tablesize sg_tablesize unique_id use_blk_mq',
    ),
    ...each(line(), 'active_mode proc_name supported_mode version_fw version_mpi version_nvdata_default board_name board_assembly board_tracer host_sas_address io_delay device_delay ahci_host_version em_message_supported'),
    ...each(hex(1, ''), 'ahci_host_cap2 ahci_host_caps ahci_port_cmd'),
    em_message_type: writable(decimal()),
    em_message: writable(nothing()),
    ...each(writable(line()), 'eh_deadline link_power_management_policy state em_buffer'),
    link_power_management_supported: decimal(),
    ...each(trigger(), 'host_reset scan'),
    logging_level: writable(hex(8)),
  },
  '@scsi_disk': {
    ...each(
      writable(decimal()),
      'allow_restart manage_runtime_start_stop manage_shutdown manage_start_stop manage_system_start_stop manage_restart max_medium_access_timeouts max_retries max_write_same_blocks',
    ),
    ...each(decimal(), 'FUA app_tag_own protection_type thin_provisioning'),
    ...each(writable(line()), 'cache_type protection_mode provisioning_mode zeroing_mode'),
    zoned_cap: line(),
  },
  '@scsi_tape': { ...each(decimal(), 'default_blksize default_compression defined'), default_density: hex(2), options: hex(4) },
  '@scsi_tape/stats': { '*': decimal() },
  '@enclosure': {
    components: decimal(),
    id: line(),
    ...each(writable(line()), 'active fault locate power_status status'),
    slot: decimal(),
    type: line(),
  },
  '@ata_port': each(decimal(), 'idle_irq nr_pmp_links port_no'),
  '@ata_link': each(line(), 'hw_sata_spd_limit sata_spd sata_spd_limit'),
  '@ata_device': {
    ...each(line(), 'class dma_mode pio_mode trim xfer_mode'),
    spdn_cnt: decimal(),
  },
  '@fc_host': {
    ...each(
      line(),
      'active_fc4s dev_loss_tmo fabric_name issue_lip max_npiv_vports maxframe_size node_name npiv_vports_inuse permanent_port_name port_id port_name port_state port_type speed supported_classes supported_fc4s supported_speeds symbolic_name system_hostname tgtid_bind_type',
    ),
  },
  '@fc_host/statistics': { '*': hex(), reset_statistics: trigger() },
  '@fc_remote_ports': {
    ...each(line(), 'dev_loss_tmo fast_io_fail_tmo maxframe_size node_name port_id port_name port_state roles scsi_target_id supported_classes'),
  },
  '@fc_transport': each(line(), 'node_name port_id port_name'),
  '@sas_phy': {
    ...each(
      line(),
      'device_type enable initiator_port_protocols invalid_dword_count loss_of_dword_sync_count maximum_linkrate maximum_linkrate_hw minimum_linkrate minimum_linkrate_hw negotiated_linkrate phy_identifier phy_reset_problem_count running_disparity_error_count sas_address target_port_protocols',
    ),
    ...each(trigger(), 'hard_reset link_reset'),
  },
  '@sas_port': { num_phys: decimal() },
  '@sas_device': {
    ...each(
      line(),
      'bay_identifier device_type enclosure_identifier initiator_port_protocols phy_identifier sas_address scsi_target_id target_port_protocols',
    ),
  },
  '@sas_end_device': each(line(), 'I_T_nexus_loss_timeout initiator_response_timeout ready_led_meaning tlr_enabled tlr_supported'),
  '@spi_transport': {
    ...each(
      writable(line()),
      'dt hold_mcs iu max_iu max_offset max_qas max_width min_period offset pcomp_en period qas rd_strm rti width wr_flow',
    ),
    revalidate: trigger(),
  },
  '@spi_host': each(line(), 'signalling hba_id width'),
  '@iscsi_host': each(line(), 'hwaddress initiatorname ipaddress netdev port_speed port_state'),
  '@iscsi_session': {
    ...each(
      line(),
      'abort_tmo auto_snd_tgt_disable boot_nic boot_root boot_target chap_in_idx chap_out_idx creator data_pdu_in_order data_seq_in_order def_taskmgmt_tmo def_time2retain def_time2wait discovery_sess erl fast_abort first_burst_len ifacename immediate_data initial_r2t initiatorname lu_reset_tmo max_burst_len max_outstanding_r2t password password_in recovery_tmo state target_state targetname tgt_reset_tmo tpgt username username_in',
    ),
  },
  '@iscsi_connection': {
    ...each(
      line(),
      'address data_digest exp_statsn header_digest ifmarker keepalive_tmo local_ipaddr local_port max_recv_dlength max_xmit_dlength ofmarker persistent_address persistent_port ping_tmo port recv_tmo state',
    ),
  },
  '@nvmem': { nvmem: mode(0o600, binary()), type: line(), force_ro: writable(decimal()) },
  'bus/scsi/drivers/*': { allow_restart: writable(decimal()) },
};
